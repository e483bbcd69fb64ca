CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, CAST(n AS STRING) AS a, CAST(`value` AS STRING) AS b, CAST(`value` AS INT) AS c, CAST(`value` AS BIGINT) AS d,
       CAST(id AS INT) AS e, CAST(ok AS STRING) AS f, CAST(ok AS INT) AS g, CAST(n AS BOOLEAN) AS h, CAST(n AS DOUBLE) AS i,
       CAST(n AS DECIMAL(12, 2)) AS j, CAST(price AS DOUBLE) AS k, CAST(`at` AS TIMESTAMP(3)) AS l, CAST(`at` AS DATE) AS m,
       CAST(`at` AS STRING) AS n, CAST(CAST(`at` AS DATE) AS STRING) AS o, CAST(CAST(`at` AS DATE) AS TIMESTAMP(3)) AS p,
       CAST(note AS VARCHAR(2)) AS q FROM readings;
