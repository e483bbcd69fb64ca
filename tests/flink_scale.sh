#!/usr/bin/env bash
# One job on several task managers of Flink: tests/flink_scale.sh THALWEG FOLDER [RECORDS]
# The rows are the same at every parallelism, which comes from the design's KPUs, those of our own run, and the same when a
# task manager is killed in the middle and the job begins again from its checkpoint. Ends all that it starts.
set -euo pipefail
thalweg=$1 folder=$(mkdir -p "$2" && cd "$2" && pwd) records=${3:-1000000}
export FLINK_CLUSTER=$folder/cluster
trap 'flink/cluster down >/dev/null' EXIT
cp flink/readings.thalweg.yaml "$folder/design.thalweg.yaml"
python3 flink/readings.py "$records" "$folder/readings.ndjson"
"$thalweg" run "$folder/design.thalweg.yaml" --out "$folder/ours" >/dev/null
flink/cluster up --task-managers 2 --slots 2 --port 18381
url=http://127.0.0.1:18381

script() { # NAME KPUS: the script of the design with so many KPUs, over one file as a stream
  rm -rf "${folder:?}/$1" && mkdir -p "$folder/$1"
  cp "$folder/readings.ndjson" "$folder/$1/ingest"
  sed "s/kpus: 2/kpus: $2/; s/checkpoint_interval: 60s/checkpoint_interval: 1s/" flink/readings.thalweg.yaml >"$folder/design.thalweg.yaml"
  "$thalweg" export flink-sql "$folder/design.thalweg.yaml" --connector filesystem --set "folder=$folder/$1" |
    sed "s/'execution.runtime-mode' = 'batch'/'execution.runtime-mode' = 'streaming'/" >"$folder/$1.sql"
  grep --quiet "'parallelism.default' = '$2'" "$folder/$1.sql"
}

for kpus in 1 4; do
  script "kpus-$kpus" "$kpus"
  flink/cluster run "$folder/kpus-$kpus.sql" --parallelism "$kpus"
  echo "$kpus KPUs: $(python3 flink/rows.py "$folder/kpus-$kpus/board" "$folder/ours/board" "$records")"
  rm -rf "$folder/kpus-$kpus"
done

script killed 2
flink/cluster run "$folder/killed.sql" --parallelism 2 &
job=$!
python3 - "$url" "$FLINK_CLUSTER" <<'PYTHON'
import json, os, pathlib, signal, sys, time, urllib.request
url, place = sys.argv[1], pathlib.Path(sys.argv[2])
ask = lambda path: json.load(urllib.request.urlopen(url + path, timeout=5))
for _ in range(600):
    running = [job["id"] for job in ask("/jobs")["jobs"] if job["status"] == "RUNNING"]
    if running and ask(f"/jobs/{running[0]}/checkpoints")["counts"]["completed"] >= 1:
        break
    time.sleep(0.05)
else:
    sys.exit("no checkpoint was made before the job ended")
# The manager that has a part of the job goes, without a word.
job = ask(f"/jobs/{running[0]}")
parts = ask(f"/jobs/{running[0]}/vertices/{job['vertices'][0]['id']}/taskmanagers")["taskmanagers"]
name = parts[0]["taskmanager-id"]
os.kill(int((place / f"{name}.pid").read_text()), signal.SIGKILL)
(place / "killed").write_text(running[0])
print(f"{name} is killed after a checkpoint")
PYTHON
wait "$job"
restored=$(python3 -c 'import json, sys, urllib.request
print(json.load(urllib.request.urlopen(sys.argv[1]))["counts"]["restored"])' "$url/jobs/$(cat "$FLINK_CLUSTER/killed")/checkpoints")
[ "$restored" -ge 1 ] || { echo 'the job did not begin again from a checkpoint'; exit 1; }
echo "begun again from a checkpoint: $(python3 flink/rows.py "$folder/killed/board" "$folder/ours/board" "$records")"
