-- compare: final
CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT a.auction, a.c, b.bidder, b.d FROM (SELECT auction, COUNT(*) AS c FROM bids GROUP BY auction) AS a FULL OUTER JOIN (SELECT bidder, COUNT(*) AS d FROM bids WHERE price > 50000 GROUP BY bidder) AS b ON a.auction = b.bidder;
