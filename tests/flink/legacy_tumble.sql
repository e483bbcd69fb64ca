CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT sensor, TUMBLE_START(`at`, INTERVAL '10' SECOND) AS s, TUMBLE_END(`at`, INTERVAL '10' SECOND) AS e, TUMBLE_ROWTIME(`at`, INTERVAL '10' SECOND) AS t, COUNT(*) AS c, SUM(`value`) AS v FROM readings GROUP BY sensor, TUMBLE(`at`, INTERVAL '10' SECOND);
