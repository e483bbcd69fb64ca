"""Holds the scenarios, cards, rules and configs against the JSON Schemas with a validator of other authors."""
import glob, json, re, subprocess, sys, tomllib
import yaml
from jsonschema import Draft202012Validator

class Loader(yaml.SafeLoader):
    """YAML as editors read it: days stay text."""

Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

wrong = count = 0
for subject, pattern in [("design", "scenarios/**/*.thalweg.yaml"), ("scenario", "scenarios/*/*.yaml"), ("card", "rules/services/*.yaml"), ("rule", "rules/lints/*/*.yaml")]:
    schema = json.loads(subprocess.check_output([sys.argv[1], "schema", subject]))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in sorted(glob.glob(pattern, recursive=True)):
        if subject == "scenario" and path.endswith(".thalweg.yaml"):
            continue
        count += 1
        for error in validator.iter_errors(yaml.load(open(path), Loader)):
            wrong += 1
            print(f"{path}: {error.json_path}: {error.message[:300]}")
schema = json.loads(subprocess.check_output([sys.argv[1], "schema", "config"]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
configs = re.findall(r"^```toml\n(# thalweg.toml.*?)^```", open("README.md").read(), re.M | re.S)
for config in configs:
    count += 1
    for error in validator.iter_errors(tomllib.loads(config)):
        wrong += 1
        print(f"README.md: {error.json_path}: {error.message[:300]}")
for mistake in ["selct = []", "ignore = ['single-shrd']", "fail-on = 'warn'", "[severity]\nload = 'of'", "[per-path.'a/*']\nadvice = true"]:
    count += 1
    if validator.is_valid(tomllib.loads(mistake)):
        wrong += 1
        print(f"a config with a mistake is valid: {mistake}")
if not configs:
    sys.exit("README.md shows no config")
print(f"{count} files are valid" if not wrong else f"{wrong} errors")
sys.exit(wrong > 0 or count == 0)
