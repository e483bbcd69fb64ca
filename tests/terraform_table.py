"""Holds `rules/terraform.yaml` against the schema of Terraform's AWS provider: types, arguments and attributes by name.

What the provider has had and has no longer is listed below with the version that took it away; configurations of old
still say it.
usage: terraform_table.py TARBALL_OF_CDKTN_PROVIDER_AWS [RULES_FOLDER]
"""

import pathlib
import sys

import yaml

from terraform_schema import META, Provider

# Types and arguments of versions 3 to 5 that version 6 has no longer.
GONE = {
    "aws_kinesis_analytics_application": "removed in 7, deprecated",
    "aws_qldb_ledger": "6.0",
    "aws_qldb_stream": "6.0",
}


def arguments(rules, block, depth, known, missing):
    """Notes for each depth which names are there and which are not: rules that several blocks share hold for some."""
    for name, rule in (rules or {}).items():
        argument = (block or {}).get(name)
        is_former = isinstance(rule, dict) and rule.get("former")
        if argument is None:
            if not is_former:
                missing.add((depth, name))
            continue
        known.add((depth, name))
        if isinstance(rule, dict) and argument.block is not None:
            arguments(rule.get("arguments"), argument.block, depth + 1, known, missing)


def main():
    provider = Provider(sys.argv[1])
    rules = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent.parent / "rules")
    table = yaml.safe_load((rules / "terraform.yaml").read_text())
    found = []
    for kind, entry in table["types"].items():
        block = provider.block(kind)
        if block is None:
            if kind not in GONE:
                found.append(f"{kind}: the provider has no such resource")
            continue
        if isinstance(entry, str):
            continue
        there, missing = set(), set()
        arguments(entry.get("arguments"), block, 0, there, missing)
        found += [f"{kind}: no argument {name}" for _, name in sorted(missing - there)]
        known = provider.attributes(kind) | set(block) | META
        found += [f"{kind}: no attribute {name}" for name in entry.get("attributes", {}) if name not in known]
        for name in [entry.get("into"), entry.get("named"), entry.get("ref")]:
            if name and name not in known:
                found.append(f"{kind}: no argument {name}")
    for line in found:
        print(line)
    print(f"{len(table['types'])} types, {len(found)} names that the provider does not have")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
