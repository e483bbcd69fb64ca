CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT sensor, window_start, window_end, window_time, COUNT(*) AS readings, SUM(n) AS n, AVG(n) AS mean,
       SUM(`value`) AS total, AVG(`value`) AS average, SUM(price) AS price, AVG(price) AS price_mean, MIN(note) AS note
FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '10' SECONDS))
GROUP BY sensor, window_start, window_end, window_time;
