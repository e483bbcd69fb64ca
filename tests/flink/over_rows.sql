CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price DOUBLE, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT auction, price, `at`, SUM(price / 3) OVER (PARTITION BY auction ORDER BY `at` ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS s, COUNT(*) OVER (PARTITION BY auction ORDER BY `at` ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS c, MAX(price) OVER (PARTITION BY auction ORDER BY `at` ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS m FROM bids;
