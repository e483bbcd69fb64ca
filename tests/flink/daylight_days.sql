SET 'table.local-time-zone' = 'Europe/Berlin';
CREATE TABLE ticks (
  `at` TIMESTAMP_LTZ(3), k STRING, v INT,
  WATERMARK FOR `at` AS `at` - INTERVAL '1' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'dst.ndjson', 'format' = 'json');

SELECT k, window_start, window_end, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE ticks, DESCRIPTOR(`at`), INTERVAL '1' DAY)) GROUP BY k, window_start, window_end;
