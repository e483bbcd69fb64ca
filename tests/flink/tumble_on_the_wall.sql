CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'wall.ndjson', 'format' = 'json');

SELECT window_start, window_time, COUNT(*) AS c, COUNT(n) AS m, COUNT(DISTINCT sensor) AS d FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '10' SECONDS)) GROUP BY window_start, window_end, window_time;
