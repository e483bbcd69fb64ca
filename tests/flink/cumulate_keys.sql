CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT auction, window_start, window_end, COUNT(*) AS c, SUM(price) AS v, MAX(price) AS m FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(`at`), INTERVAL '2' SECONDS, INTERVAL '6' SECONDS)) GROUP BY auction, window_start, window_end;
