CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, CASE WHEN n > 5 THEN 'big' WHEN n > 0 THEN 'small' ELSE 'other' END AS a,
       CASE sensor WHEN 'a' THEN 1 WHEN 'b' THEN 2 END AS b, IF(ok, n, id) AS c, COALESCE(`value`, n) AS d,
       CASE WHEN ok THEN price ELSE 0 END AS e, GREATEST(n, 3) AS f, LEAST(n, 3) AS g, IFNULL(note, 'none') AS h FROM readings;
