CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, sensor, n FROM readings WHERE n > 3 UNION ALL SELECT id, note, n * 2 FROM readings WHERE n < 0 UNION ALL SELECT 7, 'c', 1 FROM readings WHERE id = 1;
