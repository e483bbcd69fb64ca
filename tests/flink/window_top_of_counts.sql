CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT window_end, auction, c FROM (SELECT window_start, window_end, auction, c, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY c DESC, auction) AS rn FROM (SELECT auction, window_start, window_end, COUNT(*) AS c FROM TABLE(HOP(TABLE bids, DESCRIPTOR(`at`), INTERVAL '2' SECONDS, INTERVAL '10' SECONDS)) GROUP BY auction, window_start, window_end)) WHERE rn = 1;
