CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'wall.ndjson', 'format' = 'json');

SELECT id, FLOOR(`at` TO HOUR) AS a, CEIL(`at` TO DAY) AS b, FLOOR(`at` TO MONTH) AS c, FLOOR(`at` TO YEAR) AS d,
       EXTRACT(EPOCH FROM `at`) AS e, EXTRACT(MILLISECOND FROM `at`) AS f, `at` > TIMESTAMP '2026-01-01 00:00:30' AS g,
       `at` > '2026-01-01 00:00:30' AS h, TIMESTAMPDIFF(MONTH, TIMESTAMP '2025-01-31 00:00:00', `at`) AS i,
       TIMESTAMPDIFF(DAY, `at`, TIMESTAMP '2025-12-30 12:00:00') AS j, DATE '2026-01-31' + INTERVAL '1' MONTH AS k,
       CAST(`at` AS TIMESTAMP_LTZ(3)) AS l, TIMESTAMPADD(MONTH, 1, TIMESTAMP '2026-01-31 10:00:00') AS m FROM readings;
