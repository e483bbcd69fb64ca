CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

CREATE VIEW high AS SELECT auction, price, `at` FROM bids WHERE price > 60000;
CREATE VIEW low AS SELECT auction, price, `at` FROM bids WHERE price < 30000;
SELECT h.auction, h.price AS high, l.price AS low FROM high AS h LEFT JOIN low AS l ON h.auction = l.auction AND l.`at` >= h.`at` AND l.`at` < h.`at` + INTERVAL '1' SECOND AND h.price > l.price * 3;
