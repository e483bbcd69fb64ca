CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, TRY_CAST(note AS INT) AS a, TRY_CAST('12' AS INT) AS b, TRY_CAST(' 12.7 ' AS INT) AS c, TRY_CAST('x' AS DOUBLE) AS d,
       TRY_CAST('1e3' AS DOUBLE) AS e, TRY_CAST('2026-02-30' AS DATE) AS f, TRY_CAST('2026-02-28' AS DATE) AS g,
       TRY_CAST('2026-01-01 10:00:00.5' AS TIMESTAMP(3)) AS h, TRY_CAST('yes' AS BOOLEAN) AS i, TRY_CAST('9999999999' AS INT) AS j,
       TRY_CAST('1.005' AS DECIMAL(4, 2)) AS k, TRY_CAST('12345' AS DECIMAL(4, 2)) AS l FROM readings WHERE id < 3;
