"""Holds what `thalweg export terraform` writes against the schema of the AWS provider and the formatter of HCL.

Every design is exported. python-hcl2 reads the configuration; each resource type, argument and block is one of the
provider's, of its form and literal type, and what the provider requires is there; each reference leads to something that
has that attribute; each variable is declared and used. hclwrite, which `terraform fmt` uses, changes nothing, and
`thalweg check` reads the configuration without errors.
usage: terraform_export.py THALWEG TARBALL_OF_CDKTN_PROVIDER_AWS FOLDER_WITH_HCL_TOOLS DESIGN…
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import hcl2

from terraform_schema import META, Provider

FORMAT = """
const tools = require(process.argv[1]);
let text = '';
process.stdin.on('data', part => text += part).on('end', async () => process.stdout.write(await tools.format(text)));
"""
LITERALS = {"boolean": bool, "number": (int, float)}


def unquoted(name):
    return name.strip('"')


def body(place, written, block, found):
    for name, value in written.items():
        if name.startswith("__") or name in META:
            continue
        argument = block.get(name)
        if argument is None:
            found.append(f"{place}: no argument or block {name}")
            continue
        values = value if isinstance(value, list) else [value]
        is_block = any(isinstance(one, dict) and "__is_block__" in one for one in values)
        if is_block != argument.is_block:
            found.append(f"{place}.{name} is {'a block' if argument.is_block else 'an argument'}")
        elif is_block:
            for one in values:
                body(f"{place}.{name}", one, argument.block or {}, found)
        elif isinstance(value, (bool, int, float)) or (isinstance(value, str) and value.startswith('"')):
            kind = argument.kind.split("|")[0].strip()
            wanted = LITERALS.get(kind, str if kind == "string" else object)
            if not isinstance(value, wanted) or (isinstance(value, bool) and kind == "number"):
                found.append(f"{place}.{name} = {value} is no {kind}")
    for name, argument in block.items():
        if argument.required and name not in written:
            found.append(f"{place}: {name} is required")


def check(text, provider):
    tree, found, declared = hcl2.loads(text), [], set()
    for kind_of_block, prefix in (("resource", ""), ("data", "data.")):
        for entry in tree.get(kind_of_block, []):
            for kind, labelled in entry.items():
                for label, written in labelled.items():
                    kind, label = unquoted(kind), unquoted(label)
                    place = f"{prefix}{kind}.{label}"
                    if place in declared:
                        found.append(f"{place} is declared twice")
                    declared.add(place)
                    block = provider.block(prefix + kind)
                    if block is None:
                        found.append(f"{place}: the provider has no such type")
                    else:
                        body(place, written, block, found)
    code = re.sub(r"^\s*#.*$", "", text, flags=re.M)
    for prefix, kind, label, attribute in re.findall(r"(data\.)?\b(aws_\w+)\.(\w+)(?:\.(\w+))?", code):
        if f"{prefix}{kind}.{label}" not in declared:
            found.append(f"{prefix}{kind}.{label} is not declared")
        elif attribute and attribute not in provider.attributes(prefix + kind):
            found.append(f"{prefix}{kind} has no attribute {attribute}")
    variables = {unquoted(name) for entry in tree.get("variable", []) for name in entry}
    used = set(re.findall(r"\bvar\.(\w+)", code))
    found += [f"variable {name} is declared or used only" for name in sorted(variables ^ used)]
    return found, len(declared)


def main():
    binary, tarball, tools, *designs = sys.argv[1:]
    provider, failed, resources = Provider(tarball), 0, 0
    for design in designs:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "main.tf")
            done = subprocess.run([binary, "export", "terraform", design, "--out", path], capture_output=True, text=True)
            assert done.returncode == 0, f"{design}: {done.stdout}{done.stderr}"
            text = path.read_text()
            found, count = check(text, provider)
            resources += count
            module = str(pathlib.Path(tools).resolve() / "node_modules/@cdktn/hcl-tools")
            formatted = subprocess.run(["node", "-e", FORMAT, module], input=text, capture_output=True, text=True, check=True)
            if formatted.stdout != text:
                found.append("the formatter changes it")
            judged = subprocess.run([binary, "check", "--no-config", folder], capture_output=True, text=True)
            if judged.returncode != 0:
                found.append(f"it is judged wrong:\n{judged.stdout}{judged.stderr}")
        for line in found:
            print(f"{design}: {line}")
        failed += bool(found)
    print(f"{len(designs)} designs with {resources} resources, {failed} not as the provider has it")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
