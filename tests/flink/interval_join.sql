CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

CREATE VIEW high AS SELECT auction, price, `at` FROM bids WHERE price > 60000;
CREATE VIEW low AS SELECT auction, price, `at` FROM bids WHERE price < 30000;
SELECT h.auction, h.price AS high, l.price AS low, h.`at` AS t FROM high AS h JOIN low AS l ON h.auction = l.auction AND h.`at` BETWEEN l.`at` - INTERVAL '1' SECOND AND l.`at` + INTERVAL '2' SECOND;
