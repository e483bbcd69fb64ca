SET 'table.local-time-zone' = 'Europe/Berlin';
CREATE TABLE ticks (
  `at` TIMESTAMP_LTZ(3), k STRING, v INT,
  WATERMARK FOR `at` AS `at` - INTERVAL '1' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'dst.ndjson', 'format' = 'json');

SELECT window_start, window_end, window_time, COUNT(*) AS c, SUM(v) AS v FROM TABLE(TUMBLE(TABLE ticks, DESCRIPTOR(`at`), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, window_time;
