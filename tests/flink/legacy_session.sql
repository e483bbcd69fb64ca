CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT bidder, SESSION_START(`at`, INTERVAL '3' SECOND) AS s, SESSION_END(`at`, INTERVAL '3' SECOND) AS e, COUNT(*) AS c FROM bids GROUP BY bidder, SESSION(`at`, INTERVAL '3' SECOND);
