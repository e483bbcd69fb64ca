CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT sensor, COUNT(*) AS c FROM readings GROUP BY sensor HAVING COUNT(*) < 3;
