CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT sensor, window_start, window_end, COUNT(*) AS c, SUM(`value`) AS v, AVG(`value`) AS a, MIN(n) AS lo, MAX(n) AS hi, COUNT(DISTINCT n) AS d FROM TABLE(HOP(TABLE readings, DESCRIPTOR(`at`), INTERVAL '5' SECONDS, INTERVAL '10' SECONDS)) GROUP BY sensor, window_start, window_end;
