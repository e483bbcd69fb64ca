CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');

CREATE VIEW high AS SELECT auction, bidder, price FROM bids WHERE price > 90000;
CREATE VIEW low AS SELECT auction, bidder, price FROM bids WHERE price < 10000;
SELECT h.auction, h.bidder, h.price AS high, l.price AS low FROM high AS h JOIN low AS l ON h.auction = l.auction AND h.bidder <> l.bidder;
