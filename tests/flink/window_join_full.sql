CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

CREATE VIEW a AS SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '10' SECONDS)) WHERE n > 0;
CREATE VIEW b AS SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(`at`), INTERVAL '10' SECONDS)) WHERE ok;
SELECT a.id AS i, b.id AS j, a.sensor FROM a FULL JOIN b ON a.sensor = b.sensor AND a.window_start = b.window_start AND a.window_end = b.window_end;
