CREATE TABLE flights (
  `at` TIMESTAMP_LTZ(3), carrier STRING, flight BIGINT, tail STRING, origin STRING, dest STRING,
  delay_minutes BIGINT, distance_miles BIGINT, cancelled BOOLEAN,
  WATERMARK FOR `at` AS `at` - INTERVAL '1' DAY
) WITH ('connector' = 'filesystem', 'path' = 'flights.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601');

SELECT origin, window_start, COUNT(*) AS flights, COUNT(delay_minutes) AS delayed, SUM(delay_minutes) AS total, AVG(delay_minutes) AS mean, MIN(delay_minutes) AS least, MAX(delay_minutes) AS most, COUNT(DISTINCT tail) AS planes FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(`at`), INTERVAL '1' HOUR)) GROUP BY origin, window_start, window_end;
