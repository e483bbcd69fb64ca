CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT UPPER(sensor) AS s, SUM(n) * 2 + COUNT(*) AS x, MAX(n) - MIN(n) AS span, CASE WHEN COUNT(*) > 1 THEN 'many' ELSE 'one' END AS c, CAST(window_start AS STRING) AS w FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '30' SECONDS)) GROUP BY UPPER(sensor), window_start, window_end HAVING MAX(n) IS NOT NULL AND window_start >= TIMESTAMP '2026-01-01 00:00:00';
