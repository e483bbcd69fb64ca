-- compare: final
CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT auction, bidder, price, `at` FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction, bidder ORDER BY `at` ASC) AS rn FROM bids) WHERE rn = 1;
