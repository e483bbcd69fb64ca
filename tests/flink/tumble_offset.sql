CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT window_start, window_end, COUNT(*) AS c FROM TABLE(TUMBLE(DATA => TABLE readings, TIMECOL => DESCRIPTOR(`at`), SIZE => INTERVAL '10' SECONDS, `OFFSET` => INTERVAL '3' SECONDS)) GROUP BY window_start, window_end;
