#!/usr/bin/env bash
# Exported scripts meet a live Flink: tests/flink_exports.sh THALWEG FOLDER
# Over files the script of the departures gives the rows of our own run; made-up records pass; and scripts for Kinesis
# and Kafka, whose connectors are not here, declare their tables and parse.
set -euo pipefail
thalweg=$1 folder=$2
mkdir -p "$folder/data"
design=scenarios/departures.thalweg.yaml
exported() { "$thalweg" export flink-sql "$@"; }

exported "$design" --connector filesystem --set "folder=$folder/data" >"$folder/files.sql"
gunzip --stdout scenarios/data/departures-2013-01.ndjson.gz >"$folder/data/ingest"
flink/script "$folder/files.sql"
"$thalweg" run "$design" --out "$folder/run" >/dev/null
python3 - "$folder" <<'PYTHON'
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
def rows(place):
    lines = (line for path in place.rglob("*") if path.is_file() for line in path.read_text().splitlines())
    found = [json.loads(line) for line in lines]
    return sorted((row["carrier"], row["window_start"].replace("T", " ")[:19], row["departures"]) for row in found)
flink, ours = rows(folder / "data" / "board"), rows(folder / "run" / "board")
assert flink == ours and len(ours) > 1000, f"Flink has {len(flink)} rows, our run {len(ours)}"
records = sum(1 for _ in open(folder / "data" / "ingest"))
assert sum(row[2] for row in flink) == records, f"{records} records, {sum(row[2] for row in flink)} counted"
print(f"{records} records, {len(flink)} rows, the same by Flink and by our run")
PYTHON

exported "$design" --connector datagen --set rows=1000 >"$folder/made.sql"
flink/script "$folder/made.sql" | grep --count '^board> +I' | grep --quiet --line-regexp 1000
exported "$design" >"$folder/kinesis.sql"
exported "$design" --connector kafka --flink-version 1.20 >"$folder/kafka.sql"
flink/script --parse "$folder/kinesis.sql" "$folder/kafka.sql"
echo 'made-up records passed; tables for Kinesis, DynamoDB and Kafka were declared, and the statements parsed'
