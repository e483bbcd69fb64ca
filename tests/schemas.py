"""Holds the scenarios, cards and rules against the JSON Schemas with a validator of other authors."""
import glob, json, subprocess, sys
import yaml
from jsonschema import Draft202012Validator

class Loader(yaml.SafeLoader):
    """YAML as editors read it: days stay text."""

Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

wrong = count = 0
for subject, pattern in [("design", "scenarios/**/*.yaml"), ("card", "rules/services/*.yaml"), ("rule", "rules/lints/*/*.yaml")]:
    schema = json.loads(subprocess.check_output([sys.argv[1], "schema", subject]))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in sorted(glob.glob(pattern, recursive=True)):
        count += 1
        for error in validator.iter_errors(yaml.load(open(path), Loader)):
            wrong += 1
            print(f"{path}: {error.json_path}: {error.message[:300]}")
print(f"{count} files are valid" if not wrong else f"{wrong} errors")
sys.exit(wrong > 0 or count == 0)
