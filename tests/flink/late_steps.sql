CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '0.3' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT auction, window_start, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(`at`), INTERVAL '1' SECONDS)) GROUP BY auction, window_start, window_end;
