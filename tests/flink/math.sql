CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, ABS(n) AS a, FLOOR(`value`) AS b, CEIL(`value`) AS c, ROUND(`value`, 1) AS d, ROUND(n, -1) AS e, SQRT(ABS(`value`)) AS f,
       POWER(`value`, 2) AS g, EXP(0.5) AS h, LN(2) AS i, LOG10(ABS(n) + 1e0) AS j, SIGN(n) AS k, MOD(n, 4) AS l, ROUND(`value`) AS m,
       TRUNCATE(n, -1) AS o, PI() AS p, SIGN(`value`) AS q FROM readings WHERE `value` < 1e9;
