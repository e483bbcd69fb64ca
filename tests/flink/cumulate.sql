CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT window_start, window_end, COUNT(*) AS c, SUM(`value`) AS v, SUM(n) AS n FROM TABLE(CUMULATE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '5' SECONDS, INTERVAL '20' SECONDS)) GROUP BY window_start, window_end;
