CREATE TABLE readings (
  id BIGINT, `at` STRING, sensor STRING, n INT,
  happened AS TO_TIMESTAMP(REPLACE(`at`, 'Z', '')), doubled AS n * 2,
  WATERMARK FOR happened AS happened - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT window_start, window_time, SUM(doubled) AS d, COUNT(*) AS c
FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(happened), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, window_time;
