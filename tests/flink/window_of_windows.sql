CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

CREATE VIEW small AS SELECT auction, window_time AS t, COUNT(*) AS c, SUM(price) AS s FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(`at`), INTERVAL '2' SECONDS)) GROUP BY auction, window_start, window_end, window_time;
SELECT window_start, window_end, SUM(c) AS c, MAX(s) AS s, COUNT(*) AS parts FROM TABLE(TUMBLE(TABLE small, DESCRIPTOR(t), INTERVAL '10' SECONDS)) GROUP BY window_start, window_end;
