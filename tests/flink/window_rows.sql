CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, window_start, window_end, window_time FROM TABLE(HOP(TABLE readings, DESCRIPTOR(`at`), INTERVAL '5' SECONDS, INTERVAL '10' SECONDS)) WHERE window_start > TIMESTAMP '2026-01-01 00:00:00';
