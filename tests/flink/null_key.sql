CREATE TABLE flights (
  `at` TIMESTAMP_LTZ(3), carrier STRING, flight BIGINT, tail STRING, origin STRING, dest STRING,
  delay_minutes BIGINT, distance_miles BIGINT, cancelled BOOLEAN,
  WATERMARK FOR `at` AS `at` - INTERVAL '1' DAY
) WITH ('connector' = 'filesystem', 'path' = 'flights.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601');

SELECT tail, COUNT(*) AS n, MAX(dest) AS dest FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(`at`), INTERVAL '1' DAY)) WHERE delay_minutes IS NULL OR tail IS NULL OR tail LIKE 'N1%' GROUP BY tail, window_start, window_end;
