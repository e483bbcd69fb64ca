CREATE TABLE flights (
  `at` TIMESTAMP_LTZ(3), carrier STRING, flight BIGINT, tail STRING, origin STRING, dest STRING,
  delay_minutes BIGINT, distance_miles BIGINT, cancelled BOOLEAN,
  WATERMARK FOR `at` AS `at` - INTERVAL '1' DAY
) WITH ('connector' = 'filesystem', 'path' = 'flights.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601');

SELECT carrier, window_start, window_end, window_time, COUNT(*) FILTER (WHERE delay_minutes > 15) AS n, AVG(CAST(distance_miles AS DOUBLE)) AS mean FROM TABLE(TUMBLE(DATA => TABLE flights, TIMECOL => DESCRIPTOR(`at`), SIZE => INTERVAL '2' HOURS, `OFFSET` => INTERVAL '30' MINUTES)) WHERE NOT cancelled GROUP BY carrier, window_start, window_end, window_time HAVING COUNT(*) > 3;
