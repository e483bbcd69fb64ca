CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, UPPER(note) AS a, LOWER(note) AS b, CHAR_LENGTH(note) AS c, TRIM(note) AS d, LTRIM(note) AS e, RTRIM(note) AS f,
       SUBSTRING(note, 2) AS g, SUBSTRING(note, 2, 2) AS h, SUBSTRING(note FROM -2) AS i, SUBSTRING(note, 0, 2) AS j,
       note || '!' AS k, CONCAT(sensor, '-', note) AS l, REPLACE(note, 'a', 'AA') AS m, POSITION('o' IN note) AS n,
       REVERSE(note) AS o, LPAD(note, 4, '*') AS p, RPAD(note, 4, '*') AS q, REPEAT(sensor, 3) AS r,
       LEFT(note, 2) AS s, RIGHT(note, 2) AS t, INITCAP(note) AS u, CONCAT_WS(',', sensor, note, 'x') AS v,
       TRIM(BOTH 'x' FROM note) AS w, SPLIT_INDEX(note, '_', 0) AS x, INSTR(note, 'b') AS y, LOCATE('c', note) AS z
FROM readings;
