"""Asks Athena of a run of the departures, and SQLite over the same objects, the same questions: the rows have to be equal.

Usage: queries.py THALWEG
"""

import json
import math
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

QUERIES = [
    "SELECT COUNT(*) FROM archive",
    "SELECT COUNT(*), MIN(delay_minutes), MAX(delay_minutes), SUM(delay_minutes) FROM archive",
    "SELECT carrier, COUNT(*) AS n FROM archive GROUP BY carrier ORDER BY n DESC, carrier",
    "SELECT carrier, AVG(CAST(delay_minutes AS DOUBLE)) AS late FROM archive GROUP BY carrier HAVING COUNT(*) > 100 ORDER BY late DESC LIMIT 5",
    "SELECT origin, COUNT(DISTINCT carrier), COUNT(DISTINCT dest) FROM archive GROUP BY origin ORDER BY origin",
    "SELECT carrier, flight, delay_minutes FROM archive WHERE delay_minutes >= 200 ORDER BY delay_minutes DESC, carrier, flight LIMIT 10 OFFSET 3",
    "SELECT DISTINCT origin FROM archive WHERE carrier IN ('UA', 'AA') ORDER BY origin DESC",
    "SELECT COUNT(*), SUM(delay_minutes) FROM archive WHERE carrier = 'nobody'",
    "SELECT UPPER(origin), CASE WHEN delay_minutes > 60 THEN 'long' ELSE 'short' END AS kind, COUNT(*) FROM archive "
    "GROUP BY UPPER(origin), CASE WHEN delay_minutes > 60 THEN 'long' ELSE 'short' END ORDER BY 1, 2",
    "SELECT a.carrier, COUNT(*) FROM archive a JOIN (SELECT carrier, MAX(delay_minutes) AS worst FROM archive GROUP BY carrier) b "
    "ON a.carrier = b.carrier AND a.delay_minutes = b.worst GROUP BY a.carrier ORDER BY a.carrier",
    "SELECT carrier FROM archive WHERE delay_minutes > 300 UNION SELECT origin FROM archive WHERE delay_minutes > 300 ORDER BY 1",
    "WITH late AS (SELECT carrier, delay_minutes FROM archive WHERE delay_minutes BETWEEN 100 AND 200) "
    "SELECT carrier, COUNT(*) FROM late GROUP BY carrier ORDER BY 2 DESC, 1 LIMIT 3",
]


def equal(left, right):
    if isinstance(left, float) or isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12)
    return left == right


def main(thalweg):
    thalweg = pathlib.Path(thalweg).resolve()
    scenarios = pathlib.Path(__file__).resolve().parent.parent / "scenarios"
    design = (scenarios / "departures.thalweg.yaml").read_text()
    design = design.replace("data/departures", f"{scenarios}/data/departures")
    design = design.replace("  archive: {service: s3}\n", "  archive: {service: s3}\n  sql: {service: athena}\n")
    design = design.replace("- ingest -> lake -> archive\n", "- ingest -> lake -> archive -> sql\n")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "d.thalweg.yaml").write_text(design)
        ran = subprocess.run([thalweg, "run", "d.thalweg.yaml", "--out", "run"], cwd=folder, capture_output=True)
        assert ran.returncode == 0, ran
        objects = [path for path in (folder / "run" / "archive").rglob("*") if path.is_file()]
        rows = [json.loads(line) for path in objects for line in path.read_text().splitlines()]
        assert len(rows) > 4000, len(rows)
        columns = sorted({column for row in rows for column in row})
        store = sqlite3.connect(":memory:")
        store.execute(f"CREATE TABLE archive ({', '.join(columns)})")
        marks = ", ".join("?" for _ in columns)
        store.executemany(f"INSERT INTO archive VALUES ({marks})", [[row.get(name) for name in columns] for row in rows])
        size = sum(path.stat().st_size for path in objects)
        for sql in QUERIES:
            command = [thalweg, "query", "run", "sql", sql, "--format", "json"]
            asked = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            assert asked.returncode == 0, asked.stdout + asked.stderr
            answer = json.loads(asked.stdout)
            expected = [list(row) for row in store.execute(sql)]
            same = len(expected) == len(answer["rows"]) and all(
                len(left) == len(right) and all(map(equal, left, right)) for left, right in zip(expected, answer["rows"])
            )
            assert same, f"{sql}\n  expected {expected[:5]}\n  found {answer['rows'][:5]}"
            assert answer["scanned_bytes"] == size, answer
    print(f"{len(QUERIES)} queries answer like SQLite over {len(rows)} rows")


main(*sys.argv[1:])
