"""Holds SARIF logs against the official schema: sarif.py SCHEMA LOG..."""

import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
validator = jsonschema.validators.validator_for(schema)(schema)
for path in sys.argv[2:]:
    log = json.load(open(path, encoding="utf-8"))
    mistakes = [f"{path}: {list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(log)]
    if mistakes or not log["runs"][0]["results"]:
        sys.exit("\n".join(mistakes) or f"{path}: no results, so nothing was proved")
print("valid:", *sys.argv[2:])
