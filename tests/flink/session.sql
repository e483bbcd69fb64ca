CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT sensor, window_start, window_end, COUNT(*) AS c, SUM(n) AS n FROM TABLE(SESSION(TABLE readings PARTITION BY sensor, DESCRIPTOR(`at`), INTERVAL '9' SECONDS)) GROUP BY sensor, window_start, window_end;
