CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

CREATE VIEW a AS SELECT auction, window_start, window_end, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(`at`), INTERVAL '5' SECONDS)) GROUP BY auction, window_start, window_end;
CREATE VIEW b AS SELECT bidder, window_start, window_end, MAX(price) AS m FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(`at`), INTERVAL '5' SECONDS)) GROUP BY bidder, window_start, window_end;
SELECT a.window_start, a.auction, a.c, b.m FROM a JOIN b ON a.auction = b.bidder AND a.window_start = b.window_start AND a.window_end = b.window_end;
