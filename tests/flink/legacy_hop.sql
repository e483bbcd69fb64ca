CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT auction, HOP_START(`at`, INTERVAL '2' SECOND, INTERVAL '6' SECOND) AS s, HOP_END(`at`, INTERVAL '2' SECOND, INTERVAL '6' SECOND) AS e, COUNT(*) AS c, SUM(price) AS p FROM bids GROUP BY auction, HOP(`at`, INTERVAL '2' SECOND, INTERVAL '6' SECOND);
