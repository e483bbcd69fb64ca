CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, EXTRACT(YEAR FROM `at`) AS a, EXTRACT(MONTH FROM `at`) AS b, EXTRACT(DAY FROM `at`) AS c, HOUR(`at`) AS d, MINUTE(`at`) AS e,
       SECOND(`at`) AS f, DAYOFWEEK(`at`) AS g, DAYOFYEAR(`at`) AS h, WEEK(`at`) AS i, QUARTER(`at`) AS j, FLOOR(`at` TO MINUTE) AS k,
       CEIL(`at` TO MINUTE) AS l, `at` + INTERVAL '1' DAY AS m, `at` - INTERVAL '1' MONTH AS n,
       TIMESTAMPDIFF(SECOND, `at`, `at` + INTERVAL '90' SECOND) AS o, DATE_FORMAT(`at`, 'yyyy/MM/dd HH:mm') AS p,
       TIMESTAMPADD(HOUR, 5, `at`) AS q, `at` > TIMESTAMP '2026-01-01 00:00:30' AS r FROM readings;
