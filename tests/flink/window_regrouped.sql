CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT window_start, window_end, MAX(c) AS most, COUNT(*) AS auctions FROM (SELECT auction, window_start, window_end, COUNT(*) AS c FROM TABLE(HOP(TABLE bids, DESCRIPTOR(`at`), INTERVAL '2' SECONDS, INTERVAL '10' SECONDS)) GROUP BY auction, window_start, window_end) GROUP BY window_start, window_end;
