-- compare: final
CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT auction, c, rn FROM (SELECT auction, c, ROW_NUMBER() OVER (ORDER BY c DESC, auction) AS rn FROM (SELECT auction, COUNT(*) AS c FROM bids GROUP BY auction)) WHERE rn <= 3;
