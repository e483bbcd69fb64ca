CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

CREATE TEMPORARY VIEW loud AS SELECT id, sensor, `value` * 2 AS v FROM readings WHERE `value` > 0.2;
CREATE VIEW named (i, s) AS SELECT id, UPPER(sensor) FROM loud;
WITH a AS (SELECT i, s FROM named WHERE s <> 'C'), b AS (SELECT i + 1 AS j, s FROM a)
SELECT x.j, x.s, x.t FROM (SELECT j, s, s || 'x' AS t FROM b) AS x (j, s, t) WHERE x.j > 2;
