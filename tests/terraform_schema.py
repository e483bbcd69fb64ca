"""The schema of Terraform's AWS provider, out of the TypeScript that CDK Terrain makes of it (npm: @cdktn/provider-aws).

`Provider(TARBALL).block("aws_kinesis_stream")` gives the arguments and blocks of a resource by their names in Terraform,
each with whether it has to be there, and its own block where it holds one. Data sources are called `data.aws_region`.
"""

import re
import tarfile

INTERFACE = re.compile(r"^export interface (\w+)(?: extends [\w.]+)? \{\n(.*?)^\}", re.M | re.S)
MEMBER = re.compile(r"/\*\*(.*?)\*/\s*readonly (\w+)(\??): (.*?);$", re.M | re.S)
NAMED = re.compile(r"/(?:resources|data-sources)/\w+#(\w+) ")
GETTER = re.compile(r"^    (?:private _\w+;\n    )?get (\w+)\(\)", re.M)
# Terraform's own, on every resource.
META = {"depends_on", "count", "for_each", "provider", "lifecycle", "timeouts"}


class Argument:
    """Whether it has to be there, whether it is written as a block, what it holds, and its type in TypeScript."""

    def __init__(self, required, is_block, block, kind):
        self.required, self.is_block, self.block, self.kind = required, is_block, block, kind


class Provider:
    def __init__(self, tarball):
        self.files = {}
        self.archive = tarfile.open(tarball)
        for member in self.archive:
            found = re.fullmatch(r"package/lib/([\w-]+)/index\.d\.ts", member.name)
            if found:
                self.files[found[1]] = self.archive.extractfile(member).read().decode()
        self.known = {}

    def block(self, kind):
        """The arguments of a resource or data source; nothing for a type that the provider does not have."""
        if kind not in self.known:
            self.known[kind] = self.read(kind)
        return self.known[kind]

    def read(self, kind):
        folder = kind.replace("data.aws_", "data-aws-").removeprefix("aws_").replace("_", "-")
        # Names that TypeScript has already taken have a suffix.
        text = next((self.files[name] for name in (folder, folder + "-resource") if name in self.files), None)
        if text is None:
            return None
        interfaces = dict(INTERFACE.findall(text))
        top = next(name for name, body in interfaces.items() if name.endswith("Config") and f"interface {name} extends" in text)
        return self.members(interfaces, top)

    def members(self, interfaces, name):
        found = {}
        for comment, member, optional, kind in MEMBER.findall(interfaces[name]):
            named = NAMED.search(comment)
            if not named:
                continue
            inner = re.match(r"\w*", kind)[0]
            block = self.members(interfaces, inner) if inner in interfaces else None
            is_block = f" {named[1]} block" in comment
            found[named[1]] = Argument(not optional, is_block, block, kind)
        return found

    def attributes(self, kind):
        """Everything that a reference can name, as a set."""
        folder = kind.replace("data.aws_", "data-aws-").removeprefix("aws_").replace("_", "-")
        text = self.files.get(folder) or self.files.get(folder + "-resource") or ""
        body = text.rsplit("export declare class", 1)[-1]
        return {re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower() for name in GETTER.findall(body)}
