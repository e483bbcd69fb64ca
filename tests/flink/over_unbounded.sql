CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT bidder, price * 2 AS p, SUM(price) OVER (PARTITION BY bidder ORDER BY `at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) + 1 AS s FROM bids WHERE price > 1000;
