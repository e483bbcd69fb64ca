CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '0.3' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT bidder, window_start, window_end, COUNT(*) AS c FROM TABLE(SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(`at`), INTERVAL '2' SECONDS)) GROUP BY bidder, window_start, window_end;
