CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, price + 1 AS a, price * 1.5 AS b, price / 3 AS c, price - 0.005 AS d, price * price AS e, price / 7.25 AS f,
       MOD(price, 5) AS g, -price AS h, ROUND(price, 1) AS i, FLOOR(price) AS j, CEIL(price) AS k, ABS(price) AS l,
       price + n AS m, price * `value` AS n, CAST(price AS INT) AS o, CAST(price AS STRING) AS p, SIGN(price) AS q,
       TRUNCATE(price, 1) AS r FROM readings;
