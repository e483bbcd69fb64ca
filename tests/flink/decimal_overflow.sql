CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, CAST(id AS DECIMAL(20, 0)) * CAST(id AS DECIMAL(20, 0)) AS a,
       CAST(id AS DECIMAL(38, 10)) * CAST(id AS DECIMAL(38, 10)) AS b, CAST(`value` AS DECIMAL(5, 2)) AS c,
       CAST(id AS DECIMAL(38, 18)) / 3 AS d FROM readings;
