CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

SELECT h.auction, h.price AS high, l.price AS low FROM bids AS h, bids AS l WHERE h.auction = l.auction AND h.price > 95000 AND l.price < 5000 AND h.`at` BETWEEN l.`at` - INTERVAL '5' SECOND AND l.`at`;
