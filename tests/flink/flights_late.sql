CREATE TABLE flights (
  `at` TIMESTAMP_LTZ(3), carrier STRING, flight BIGINT, tail STRING, origin STRING, dest STRING,
  delay_minutes BIGINT, distance_miles BIGINT, cancelled BOOLEAN,
  WATERMARK FOR `at` AS `at` - INTERVAL '0' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'flights.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601');

SELECT window_end, COUNT(*) AS n, SUM(delay_minutes) / COUNT(*) AS late FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(`at`), INTERVAL '10' MINUTE)) GROUP BY window_start, window_end;
