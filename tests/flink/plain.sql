CREATE TABLE flights (
  `at` TIMESTAMP_LTZ(3), carrier STRING, flight BIGINT, tail STRING, origin STRING, dest STRING,
  delay_minutes BIGINT, distance_miles BIGINT, cancelled BOOLEAN,
  WATERMARK FOR `at` AS `at` - INTERVAL '1' DAY
) WITH ('connector' = 'filesystem', 'path' = 'flights.ndjson', 'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601');

SELECT CONCAT(origin, '-', LOWER(dest)) AS route, SUBSTRING(carrier, 1, 1) || '*' AS carrier, delay_minutes / 60 AS hours, MOD(delay_minutes, 7) AS rest, CASE WHEN delay_minutes > 60 THEN 'late' WHEN delay_minutes < 0 THEN 'early' ELSE 'on time' END AS band, COALESCE(ABS(delay_minutes), -1) AS delay, delay_minutes > 0 AND tail IS NOT NULL AS known FROM flights WHERE (delay_minutes NOT BETWEEN -10 AND 90 OR delay_minutes IS NULL) AND dest IN ('IAH', 'ATL', 'BOS', 'ORD');
