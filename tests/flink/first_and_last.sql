CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT window_start, FIRST_VALUE(note) AS f, LAST_VALUE(note) AS l, LISTAGG(sensor) AS s, LISTAGG(note, '; ') AS t FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '30' SECONDS)) GROUP BY window_start, window_end;
