CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT window_start, SUM(id * 0 + 9223372036854775807) AS s, AVG(id * 0 + 9223372036854775807) AS a, SUM(n * 0 + 2147483647) AS i, AVG(n * 0 + 2147483647) AS j FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '2' MINUTE)) GROUP BY window_start, window_end;
