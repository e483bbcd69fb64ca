CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT window_start, window_end, COUNT(*) AS c, SUM(price) AS v FROM TABLE(SESSION(TABLE bids, DESCRIPTOR(`at`), INTERVAL '1' SECONDS)) GROUP BY window_start, window_end;
