CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price DOUBLE, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT auction, window_start, SUM(price / 7) AS s, AVG(price / 3) AS a FROM TABLE(HOP(TABLE bids, DESCRIPTOR(`at`), INTERVAL '2' SECONDS, INTERVAL '10' SECONDS)) GROUP BY auction, window_start, window_end;
