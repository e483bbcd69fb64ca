CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT window_start, SUM(id) AS wraps, AVG(id) AS mean, SUM(n) AS n, AVG(n) AS m, SUM(CAST(id AS DECIMAL(20, 0))) AS exact FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '2' MINUTE)) GROUP BY window_start, window_end;
