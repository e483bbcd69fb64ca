CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, ok AND n > 0 AS a, ok OR n > 0 AS b, NOT ok AS c, ok IS TRUE AS d, ok IS NOT TRUE AS e, ok IS FALSE AS f,
       ok IS UNKNOWN AS g, n IN (3, 5, NULL) AS h, n NOT IN (3, NULL) AS i, n BETWEEN 0 AND 5 AS j,
       n NOT BETWEEN 0 AND 5 AS k, sensor IN ('a', 'c') AS l FROM readings;
