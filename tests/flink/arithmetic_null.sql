CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, n + CAST(NULL AS INT) AS a, n IS NULL AS b, n = NULL AS c, COALESCE(n, -1) AS d, NULLIF(n, 3) AS e,
       n IS NOT DISTINCT FROM NULL AS f, n IS DISTINCT FROM 3 AS g FROM readings;
