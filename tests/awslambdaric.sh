#!/usr/bin/env bash
# Runs a function by AWS's own client of the Lambda Runtime API, and counts its rows.
#
#   tests/awslambdaric.sh THALWEG PYTHON FOLDER    PYTHON has the package awslambdaric; FOLDER is made
set -euo pipefail
thalweg=$(realpath "$1") python=$(realpath --no-symlinks "$2") folder=$3
mkdir -p "$folder"
cd "$folder"
cat >app.py <<'APP'
import base64, json

def handler(event, context):
    rows = [json.loads(base64.b64decode(record["kinesis"]["data"])) for record in event["Records"]]
    return {"sends": [dict(row, function=context.function_name) for row in rows if row["n"] % 2]}
APP
for n in $(seq 0 99); do printf '{"n": %s}\n' "$n"; done >records.ndjson
cat >design.thalweg.yaml <<DESIGN
nodes:
  web: {service: producer, traffic: {records: records.ndjson, rate: 50/s}}
  in: {service: kinesis-data-streams, shards: 2}
  work: {service: lambda, handler: ["$python", -m, awslambdaric, app.handler]}
  board: {service: dynamodb, mode: on-demand, key: [n]}
flows: [web -> in -> work -> board]
DESIGN
for threads in 1 2; do
  "$thalweg" run design.thalweg.yaml --allow-handlers --handler-timeout 60s --threads $threads --out "out-$threads" >"report-$threads"
done
diff -r out-1 out-2
rows=$(grep --count '"function": \?"work"' out-1/board/items.ndjson)
[ "$rows" = 50 ] || { echo "$rows rows instead of 50"; cat report-1; exit 1; }
# A check that cannot fail checks nothing: a function that is not there is a failed call.
sed -i 's/app.handler/app.missing/; s/web -> in -> work -> board/web -> in, {from: in, to: work, max_retries: 0}, work -> board/' design.thalweg.yaml
"$thalweg" run design.thalweg.yaml --allow-handlers --handler-timeout 60s --force --out broken >report-broken
grep --quiet --extended-regexp '^board +0 +100 ' report-broken || { echo 'a function that is not there is no failure'; cat report-broken; exit 1; }
if pgrep --full "awslambdaric app\\.(handler|missing)" >/dev/null; then echo 'a process is left over'; exit 1; fi
echo "awslambdaric: $rows rows, the same by one thread and by two"
