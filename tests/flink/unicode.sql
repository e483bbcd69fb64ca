CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT note AS `größe`, CHAR_LENGTH(note) AS n, REVERSE(note) AS r, note LIKE '%emoji' AS e, SUBSTRING(note, 1, 1) AS first FROM readings WHERE note > 'a';
