CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT c, COUNT(*) AS sensors, MAX(s) AS last, SUM(n) AS n FROM (SELECT sensor AS s, COUNT(*) AS c, SUM(n) AS n FROM readings GROUP BY sensor) GROUP BY c;
