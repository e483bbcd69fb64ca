"""Holds rules/services/*.yaml against AWS's own models: CloudFormation's schemas and the SDK's API models.

Checks that every `cloudformation:` path and every cited operation or shape exists, and that ranges and choices
are those of the models. A card may disagree where it says so: `differs: {model, says, because}`; an explanation
of what no model says is a mistake too. Needs PyYAML, botocore and cfn-lint (tests/aws_models_requirements.txt).

    python3 tests/aws_models.py [RULES_FOLDER]      exit code 1 where anything is unexplained
"""

import datetime
import importlib.metadata
import json
import re
import sys
from pathlib import Path

import botocore.loaders
import cfnlint
import yaml

# The API call that each resource type stands for: its service and its input.
APIS = {
    "AWS::ApiGateway::Method": ("apigateway", "PutIntegrationRequest"),
    "AWS::ApiGatewayV2::Integration": ("apigatewayv2", "CreateIntegrationRequest"),
    "AWS::ApiGatewayV2::Stage": ("apigatewayv2", "CreateStageRequest"),
    "AWS::Athena::WorkGroup": ("athena", "CreateWorkGroupInput"),
    "AWS::DMS::Endpoint": ("dms", "CreateEndpointMessage"),
    "AWS::DMS::ReplicationConfig": ("dms", "CreateReplicationConfigMessage"),
    "AWS::DMS::ReplicationInstance": ("dms", "CreateReplicationInstanceMessage"),
    "AWS::DMS::ReplicationTask": ("dms", "CreateReplicationTaskMessage"),
    "AWS::DynamoDB::Table": ("dynamodb", "CreateTableInput"),
    "AWS::EMR::Cluster": ("emr", "RunJobFlowInput"),
    "AWS::ElastiCache::ReplicationGroup": ("elasticache", "CreateReplicationGroupMessage"),
    "AWS::ElastiCache::ServerlessCache": ("elasticache", "CreateServerlessCacheRequest"),
    "AWS::Events::Archive": ("events", "CreateArchiveRequest"),
    "AWS::Events::EventBus": ("events", "CreateEventBusRequest"),
    "AWS::Events::Rule": ("events", "PutTargetsRequest"),
    "AWS::Glue::Job": ("glue", "CreateJobRequest"),
    "AWS::Kinesis::Channel": ("kinesis", "CreateChannelInput"),
    "AWS::Kinesis::Stream": ("kinesis", "CreateStreamInput"),
    "AWS::KinesisAnalytics::Application": ("kinesisanalytics", "CreateApplicationRequest"),
    "AWS::KinesisAnalyticsV2::Application": ("kinesisanalyticsv2", "CreateApplicationRequest"),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose", "CreateDeliveryStreamInput"),
    "AWS::KinesisVideo::Stream": ("kinesisvideo", "CreateStreamInput"),
    "AWS::Lambda::EventInvokeConfig": ("lambda", "PutFunctionEventInvokeConfigRequest"),
    "AWS::Lambda::EventSourceMapping": ("lambda", "CreateEventSourceMappingRequest"),
    "AWS::Lambda::Function": ("lambda", "CreateFunctionRequest"),
    "AWS::Logs::LogGroup": ("logs", "PutRetentionPolicyRequest"),
    "AWS::Logs::SubscriptionFilter": ("logs", "PutSubscriptionFilterRequest"),
    "AWS::MSK::Channel": ("kafka", "CreateChannelRequest"),
    "AWS::MSK::Cluster": ("kafka", "CreateClusterRequest"),
    "AWS::OpenSearchServerless::Collection": ("opensearchserverless", "CreateCollectionRequest"),
    "AWS::OpenSearchService::Domain": ("opensearch", "CreateDomainRequest"),
    "AWS::Pipes::Pipe": ("pipes", "CreatePipeRequest"),
    "AWS::QuickSight::DataSet": ("quicksight", "CreateDataSetRequest"),
    "AWS::RDS::DBCluster": ("rds", "CreateDBClusterMessage"),
    "AWS::RDS::DBInstance": ("rds", "CreateDBInstanceMessage"),
    "AWS::Redshift::Cluster": ("redshift", "CreateClusterMessage"),
    "AWS::RedshiftServerless::Namespace": ("redshift-serverless", "CreateNamespaceRequest"),
    "AWS::RedshiftServerless::Workgroup": ("redshift-serverless", "CreateWorkgroupRequest"),
    "AWS::S3Tables::TableBucket": ("s3tables", "CreateTableBucketRequest"),
    "AWS::StepFunctions::StateMachine": ("stepfunctions", "CreateStateMachineInput"),
    "AWS::Timestream::Table": ("timestream-write", "CreateTableRequest"),
}

PATH = re.compile(r"^(AWS::\w+::\w+)((?:\.\w+(?:\[\])?)*)(?:=(\S+))?$")
UNITS = {
    "us": 1, "ms": 10**3, "s": 10**6, "m": 60 * 10**6, "min": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6,
    "w": 7 * 86400 * 10**6, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KiB": 2**10,
    "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "USD": 1, "": 1,
}  # fmt: skip
PER = {"s": 1, "min": 60, "h": 3600, "d": 86400}


class Missing(Exception):
    """A model has no such thing."""


def amount(written):
    """A quantity of a card as a number in the base unit of its dimension."""
    text, _, per = str(written).replace("_", "").partition("/")
    total = sum(
        float(number) * UNITS[unit] for number, unit in re.findall(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text)
    )
    return total / (PER[per] if per else 1)


class Templates:
    """The CloudFormation schemas that cfn-lint carries, for us-east-1."""

    def __init__(self):
        self.folder = Path(cfnlint.__file__).parent / "data" / "schemas"
        self.types = json.loads((self.folder / "providers" / "us-east-1.json").read_text())
        self.read = {}

    def resource(self, kind):
        if kind not in self.types:
            raise Missing(f"there is no resource {kind}")
        if kind not in self.read:
            path = self.folder / "resources" / f"{self.types[kind]}.json"
            self.read[kind] = json.loads(path.read_text())
        return self.read[kind]

    def resolve(self, root, node):
        while "$ref" in node:
            target = root
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def members(self, root, node):
        """The properties of an object, those of its alternatives included; nothing where it is free-form."""
        found = dict(node.get("properties", {}))
        for key in ("oneOf", "anyOf", "allOf"):
            for alternative in node.get(key, []):
                found.update(self.members(root, self.resolve(root, alternative)))
        return found

    def at(self, kind, steps):
        """The schema of a property; `None` within an object whose keys CloudFormation does not describe."""
        root = self.resource(kind)
        node = root
        for step in steps:
            name, is_list = step.removesuffix("[]"), step.endswith("[]")
            members = self.members(root, node)
            if not members and node is not root:
                return None
            if name not in members:
                raise Missing(f"{kind} has no property {name} in {'.'.join(steps)}")
            node = self.resolve(root, members[name])
            if is_list:
                if "items" not in node:
                    raise Missing(f"{name} of {kind} is no list")
                node = self.resolve(root, node["items"])
        return node


class Apis:
    """The models of AWS's APIs that botocore carries."""

    def __init__(self):
        self.loader = botocore.loaders.Loader()
        self.services = set(self.loader.list_available_services("service-2"))
        self.read = {}

    def model(self, service):
        if service not in self.services:
            raise Missing(f"botocore knows no service {service}")
        if service not in self.read:
            self.read[service] = self.loader.load_service_model(service, "service-2")
        return self.read[service]

    def at(self, service, shape, steps):
        """The shape of a member; the case of its name and lists on the way do not count."""
        model = self.model(service)
        if shape in model["operations"] and steps:
            shape = model["operations"][shape]["input"]["shape"]
        if shape in model["operations"]:
            return {}
        if shape not in model["shapes"]:
            raise Missing(f"{service} has no operation or shape {shape}")
        node = model["shapes"][shape]
        for step in steps:
            while node["type"] == "list":
                node = model["shapes"][node["member"]["shape"]]
            members = {name.lower(): member for name, member in node.get("members", {}).items()}
            name = step.removesuffix("[]").lower()
            if name not in members:
                raise Missing(f"{service}#{shape} has no member {step}")
            node = model["shapes"][members[name]["shape"]]
        return node


class Check:
    def __init__(self, templates, apis, day):
        self.templates, self.apis, self.day = templates, apis, day
        self.wrong, self.explained = [], []
        self.counts = {"cards": 0, "properties": 0, "bounds": 0, "choices": 0, "references": 0}

    def card(self, card):
        self.counts["cards"] += 1
        service = card["id"]
        for alias in card.get("aliases", []):
            if alias.startswith("AWS::") and not alias.startswith("AWS::Serverless::"):
                self.exists(f"{service}: aliases", alias)
        for name, source in card.get("sources", {}).items():
            self.reference(f"{service}: sources.{name}", source)
        self.settings(f"{service}: settings", card.get("settings", {}))
        for edge in card.get("sends", []):
            place = f"{service}: sends.{edge['to']}.{edge['via']}"
            for path in as_list(edge.get("cloudformation")):
                self.exists(place, path)
            self.settings(place, edge.get("settings", {}))

    def reference(self, place, source):
        """`read:` names operations and shapes of botocore, or properties of a schema."""
        read = str(source.get("read", ""))
        if read.startswith("botocore"):
            for service, name in re.findall(r"([a-z0-9-]+)#(\w+(?:\.\w+)*)", read):
                self.counts["references"] += 1
                shape, *steps = name.split(".")
                self.tried(place, lambda: self.apis.at(service, shape, steps))
        elif read.startswith("cfn schema"):
            for kind, path in re.findall(r"(AWS::\w+::\w+)(?:/([\w.]+))?", read):
                self.counts["references"] += 1
                self.tried(place, lambda: self.loosely(kind, path))

    def loosely(self, kind, path):
        """A property that a source cites; it does not say which steps are lists."""
        steps = [step for step in path.split(".") if step]
        for number in range(len(steps)):
            try:
                self.templates.at(kind, steps[: number + 1])
            except Missing:
                steps[number - 1] += "[]"
        return self.templates.at(kind, steps)

    def settings(self, place, settings):
        for name, spec in settings.items():
            self.setting(f"{place}.{name}", spec)
            self.settings(f"{place}.{name}", spec.get("keys", {}))

    def setting(self, place, spec):
        differs = {(each["model"], each["says"]): each["because"] for each in as_list(spec.get("differs"))}
        for model, node in self.models(place, spec):
            if spec["type"] in ("count", "number", "duration", "bytes", "rate", "byte-rate"):
                said = self.bounds(place, spec, node)
            elif spec["type"] in ("choice", "flag"):
                said = self.choices(place, spec, node)
            else:
                continue
            if said is None:
                continue
            says, card = said
            if (model, says) in differs:
                self.explained.append(f"{place}: {model} says {says}: {differs.pop((model, says))}")
            else:
                self.wrong.append(f"{place}: the {model} says {says}, the card {card}")
        for model, says in differs:
            self.wrong.append(f"{place}: `differs` explains that the {model} says {says}, which it does not")

    def models(self, place, spec):
        """What the models say of a setting: from its first property that says something, and from the API."""
        found, api = [], None
        for path in as_list(spec.get("cloudformation")):
            node = self.exists(place, path)
            match = PATH.match(str(path))
            if node is None or match is None or match[3]:
                continue
            found.append(node)
            if api is None and match[1] in APIS:
                service, shape = APIS[match[1]]
                try:
                    api = self.apis.at(service, shape, match[2].split(".")[1:])
                except Missing:
                    pass  # The template's property has another name in the API; `model` can tell it.
        if "model" in spec:
            service, name = spec["model"].split("#")
            shape, *steps = name.split(".")
            api = self.tried(place, lambda: self.apis.at(service, shape, steps))
        telling = [node for node in found if "enum" in node or "minimum" in node or "maximum" in node] or found
        yield from (("template", node) for node in telling[:1])
        if api:
            yield "api", api

    def exists(self, place, path):
        self.counts["properties"] += 1
        match = PATH.match(str(path))
        if match is None:
            self.wrong.append(f"{place}: `{path}` is no path such as AWS::Kinesis::Stream.ShardCount")
            return None
        kind, steps, value = match[1], match[2].split(".")[1:], match[3]
        if kind.startswith("AWS::Serverless::"):
            return None
        node = self.tried(place, lambda: self.templates.at(kind, steps))
        if node and value and value not in node.get("enum", [value]):
            self.wrong.append(f"{place}: {kind}{match[2]} takes {', '.join(node['enum'])}, not {value}")
        return node

    def tried(self, place, look):
        try:
            return look()
        except Missing as missing:
            self.wrong.append(f"{place}: {missing}")
            return None

    def bounds(self, place, spec, node):
        minimum, maximum = node.get("minimum", node.get("min")), node.get("maximum", node.get("max"))
        if maximum is not None and maximum >= 2**62:
            maximum = None  # the largest number of the language in which the service is written
        kinds = as_list(node.get("type"))
        is_number = {"integer", "number", "long", "double", "float"} & set(kinds)
        if is_number and spec["type"] not in ("count", "number") and "unit" not in spec:
            self.wrong.append(f"{place}: `unit` has to say what the number 1 means in AWS's property")
            return None
        if not is_number or (minimum is None and maximum is None):
            return None
        self.counts["bounds"] += 1
        unit = amount(spec.get("unit", 1))
        low, high = (None if bound is None else amount(bound) / unit for bound in bounds_on(self.day, spec))
        wrong = (minimum is not None and low != minimum) or (maximum is not None and high != maximum)
        return (shown(minimum, maximum), shown(low, high)) if wrong else None

    def choices(self, place, spec, node):
        words = {str(key).lower() if isinstance(key, bool) else key: as_list(word) for key, word in
                 spec.get("words", {}).items()}  # fmt: skip
        enum = node.get("enum")
        if not enum:
            return None
        self.counts["choices"] += 1
        meant = set()
        for choice in spec.get("choices", ["true", "false"]):
            of_aws = words.get(choice, [word for word in enum if plain(word) == plain(choice)])
            if choice not in words and not of_aws:
                self.wrong.append(f"{place}: `words` has to say what `{choice}` is among {', '.join(enum)}")
            meant.update(of_aws)
        unknown, further = sorted(meant - set(enum)), sorted(set(enum) - meant)
        if not unknown and not further:
            return None
        return ", ".join(sorted(enum)), ", ".join(sorted(meant))


def bounds_on(day, spec):
    """The least and the most that the card accepts on that day, whatever else holds; `None` for no bound."""
    ranges = [spec["range"]] if "range" in spec else []
    for each in spec.get("ranges", []):
        if each.get("since", day) <= day < each.get("until", datetime.date.max):
            ranges.append(each)
    low = [each["min"] for each in ranges if "min" in each]
    high = [each["max"] for each in ranges if "max" in each]
    complete = bool(ranges)
    return (
        min(low, key=amount) if complete and len(low) == len(ranges) else None,
        max(high, key=amount) if complete and len(high) == len(ranges) else None,
    )


def shown(low, high):
    return "..".join("" if bound is None else f"{bound:g}" if bound < 10**6 else f"{bound:.0f}" for bound in (low, high))


def deployment_mistakes(templates, deployment):
    """What rules/deployment.yaml says that AWS's schemas and lists of actions do not."""
    folder = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs"
    policies = json.loads((folder / "Policies.json").read_text())
    for service, entry in deployment["services"].items():
        try:
            schema = templates.resource(entry["resource"])
        except Missing as missing:
            yield f"{service}: {missing}"
            continue
        given = {path.rsplit("/", 1)[-1] for path in schema.get("readOnlyProperties", [])}
        alarms = entry.get("alarms", []) + entry.get("dead_letters", [])
        for attribute in [entry.get("arn"), entry.get("stream"), *(alarm["of"] for alarm in alarms)]:
            named = attribute in (None, "Ref") or attribute in given or attribute in schema["properties"]
            if not named:
                yield f"{service}: {entry['resource']} has no attribute {attribute}"
        for action in entry.get("write", []) + entry.get("read", []):
            prefix, name = action.split(":")
            if name.lower() not in policies.get(prefix, {}).get("Actions", {}):
                yield f"{service}: there is no action {action}"


def plain(word):
    return re.sub(r"[^a-z0-9]", "", word.lower())


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def main(arguments):
    rules = Path(arguments[0]) if arguments else Path(__file__).parent.parent / "rules"
    cards = [yaml.safe_load(path.read_text()) for path in sorted((rules / "services").glob("*.yaml"))]
    checked = [source["checked"] for card in cards for source in card.get("sources", {}).values()]
    check = Check(Templates(), Apis(), max(checked))
    for card in cards:
        check.card(card)
    check.wrong.extend(deployment_mistakes(check.templates, yaml.safe_load((rules / "deployment.yaml").read_text())))
    for line in check.explained:
        print(f"explained    {line}")
    for line in check.wrong:
        print(f"UNEXPLAINED  {line}")
    counts = ", ".join(f"{number} {what}" for what, number in check.counts.items())
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("botocore", "cfn-lint"))
    print(f"{counts}; {len(check.explained)} explained, {len(check.wrong)} unexplained ({versions})")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
