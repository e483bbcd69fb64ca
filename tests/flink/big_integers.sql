CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, id + 9223372036854775806 AS wraps, n + 2147483647 AS small_wraps, id * 4611686018427387904 AS product,
       CAST(id AS DECIMAL(38, 0)) * 4611686018427387904 AS exact, -9223372036854775807 - id AS least,
       CAST(9007199254740993 AS DOUBLE) + id AS rounded
FROM readings;
