CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT window_start, COUNT(*) FILTER (WHERE ok) AS yes, SUM(n) FILTER (WHERE n > 0) AS plus, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '20' SECONDS)) WHERE sensor IS NOT NULL GROUP BY window_start, window_end HAVING COUNT(*) > 1;
