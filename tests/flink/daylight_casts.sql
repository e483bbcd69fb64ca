SET 'table.local-time-zone' = 'Europe/Berlin';
CREATE TABLE ticks (
  `at` TIMESTAMP_LTZ(3), k STRING, v INT,
  WATERMARK FOR `at` AS `at` - INTERVAL '1' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'dst.ndjson', 'format' = 'json');

SELECT `at`, CAST(`at` AS STRING) AS a, CAST(`at` AS TIMESTAMP(3)) AS b, CAST(CAST(`at` AS TIMESTAMP(3)) AS TIMESTAMP_LTZ(3)) AS c, HOUR(`at`) AS d, FLOOR(`at` TO DAY) AS e, DATE_FORMAT(`at`, 'HH:mm') AS f, `at` + INTERVAL '1' DAY AS g FROM ticks;
