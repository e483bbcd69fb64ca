"""Holds the rows of two folders against each other, doubles to the last bit: rows.py FOLDER FOLDER COUNT.

Files whose name begins with a dot are not yet committed, and none of Flink's rows. All rows together have to count COUNT.
"""

import json
import sys
from pathlib import Path


def rows(folder):
    files = (path for path in Path(folder).rglob("*") if path.is_file() and not path.name.startswith("."))
    found = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    return sorted((r["sensor"], r["window_start"].replace("T", " ")[:19], r["readings"], r["average"]) for r in found)


left, right, count = rows(sys.argv[1]), rows(sys.argv[2]), int(sys.argv[3])
if left != right:
    different = next((pair for pair in zip(left, right) if pair[0] != pair[1]), ("", ""))
    sys.exit(f"{len(left)} and {len(right)} rows; the first that differ: {different[0]} and {different[1]}")
counted = sum(row[2] for row in left)
if counted != count:
    sys.exit(f"{count} records came in, and {counted} are counted")
print(f"{count} records in, all counted; {len(left)} rows, the same to the last bit")
