"""Holds what `thalweg run scenarios/departures.thalweg.yaml --out DIR` wrote against the same file, read plainly."""
import collections, glob, gzip, json, os, sys
run, root = sys.argv[1], os.path.join(os.path.dirname(__file__), "..")
records = [json.loads(line) for line in gzip.open(f"{root}/scenarios/data/departures-2013-01.ndjson.gz", "rt")]
counts = collections.Counter((r["carrier"], r["at"][:13].replace("T", " ") + ":00:00.000") for r in records)
items = [json.loads(line) for line in open(f"{run}/board/items.ndjson")]
assert {(i["carrier"], i["window_start"]): i["departures"] for i in items} == counts, "the counts differ"
late = sorted(json.dumps(r) for r in records if r["delay_minutes"] is not None and r["delay_minutes"] > 15)
objects = [path for path in glob.glob(f"{run}/archive/**/*", recursive=True) if os.path.isfile(path)]
kept = sorted(json.dumps(json.loads(line)) for path in objects for line in open(path))
assert kept == late, f"{len(kept)} records in S3, {len(late)} expected"
print(f"agrees: {len(items)} windows of {sum(counts.values())} departures, {len(kept)} records in {len(objects)} objects")
