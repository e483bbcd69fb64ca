CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, n + 1 AS a, n - 1 AS b, n * 2 AS c, n / 3 AS d, n % 3 AS e, -n AS f, id + n AS g, id * 2 AS h,
       n + 2147483648 AS i, `value` + n AS j, `value` / 3 AS k, n / 2.0 AS l FROM readings;
