CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, note LIKE '%a%' AS a, note LIKE 'a_b%' AS b, note LIKE 'a!_b!%c' ESCAPE '!' AS c, note NOT LIKE '%x' AS d,
       note LIKE '' AS e, note LIKE '日_語' AS f, note LIKE 'Ab\c' AS g FROM readings;
