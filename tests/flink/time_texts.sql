CREATE TABLE readings (
  id BIGINT, `at` TIMESTAMP_LTZ(3), sensor STRING, `value` DOUBLE, n INT, price DECIMAL(10, 2), ok BOOLEAN, note STRING,
  WATERMARK FOR `at` AS `at` - INTERVAL '2' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'readings.ndjson', 'format' = 'json');

SELECT id, TO_TIMESTAMP('2026-03-01 10:00:00') AS a, TO_TIMESTAMP('01.03.2026 10:05', 'dd.MM.yyyy HH:mm') AS b, TO_DATE('2026-03-01') AS c,
       TO_TIMESTAMP_LTZ(1700000000, 0) AS d, TO_TIMESTAMP_LTZ(1700000000123, 3) AS e, UNIX_TIMESTAMP('2026-01-01 00:00:00') AS f,
       FROM_UNIXTIME(1700000000) AS g, FROM_UNIXTIME(1700000000, 'yyyyMMdd') AS h, TO_TIMESTAMP('nonsense') AS i,
       DATE_FORMAT('2026-01-01 12:34:56', 'HH-mm') AS j, DATE_FORMAT(`at`, 'EEE d MMM yy') AS k FROM readings WHERE id < 3;
