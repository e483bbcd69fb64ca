CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT auction, price, `at`, COUNT(*) OVER (PARTITION BY auction ORDER BY `at` RANGE BETWEEN INTERVAL '2' SECOND PRECEDING AND CURRENT ROW) AS c, AVG(price) OVER (PARTITION BY auction ORDER BY `at` RANGE BETWEEN INTERVAL '2' SECOND PRECEDING AND CURRENT ROW) AS a FROM bids;
