CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

CREATE VIEW nobody AS SELECT `at`, `value` FROM readings WHERE id < 0;

SELECT 'some' AS which, window_start, COUNT(*) AS c, MAX(`value`) FILTER (WHERE id < 0) AS nothing
FROM TABLE(HOP(TABLE readings, DESCRIPTOR(`at`), INTERVAL '1' SECOND, INTERVAL '2' SECONDS))
GROUP BY window_start, window_end
UNION ALL
SELECT 'none' AS which, window_start, COUNT(*) AS c, MAX(`value`) AS nothing
FROM TABLE(TUMBLE(TABLE nobody, DESCRIPTOR(`at`), INTERVAL '1' SECOND))
GROUP BY window_start, window_end;
