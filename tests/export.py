"""Holds what `thalweg export cloudformation` writes against AWS's schemas and a stand-in for AWS.

Every design is exported; cfn-lint, which carries AWS's own resource schemas, must find nothing, and the stack is made
on a server of moto, where streams, queues, tables, mappings and delivery streams must be as the design says.
usage: export.py THALWEG DESIGN…
"""

import pathlib
import subprocess
import sys
import tempfile

import logging
import warnings

import boto3
import yaml
from moto.cloudformation.parsing import get_model_map
from moto.server import ThreadedMotoServer


# The destinations of Firehose that moto knows.
DESTINATIONS = ("ExtendedS3", "HttpEndpoint", "Redshift", "Splunk")


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as its functions."""


def function(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", function)


def exported(binary, design):
    done = subprocess.run([binary, "export", "cloudformation", design], capture_output=True, text=True)
    assert done.returncode == 0, f"{design}: {done.stdout}{done.stderr}"
    return done.stdout


def lint(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "template.yaml")
        path.write_text(text)
        linter = pathlib.Path(sys.executable).with_name("cfn-lint")
        return subprocess.run([linter, path], capture_output=True, text=True)


def unmade(template):
    """Resources that moto does not make and that others take an attribute of."""
    referred = set()

    def walk(value):
        if isinstance(value, dict):
            for key, item in value.items():
                if key == "Fn::GetAtt":
                    referred.add(item[0])
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(template["Resources"])
    return sorted(name for name in referred if template["Resources"][name]["Type"] not in get_model_map())


def answers(template):
    """A value for every parameter without a default."""
    values = []
    for name, parameter in template.get("Parameters", {}).items():
        if "Default" in parameter:
            continue
        if "AllowedValues" in parameter:
            value = parameter["AllowedValues"][0]
        elif parameter["Type"] == "Number":
            value = "30"
        elif name.endswith("KeyArn"):
            value = "arn:aws:kms:us-east-1:123456789012:key/0f5bd5b4-5b4b-4b4b-8b4b-0f5bd5b45b4b"
        elif name.endswith("Runtime"):
            value = "python3.13"
        elif name == "CodeBucket":
            value = "code"
        else:
            value = "code.zip"
        values.append({"ParameterKey": name, "ParameterValue": value})
    return values


def made(client, stack):
    """Physical ids by logical id."""
    pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return {item["LogicalResourceId"]: item["PhysicalResourceId"] for page in pages for item in page["StackResourceSummaries"]}


def compare(client, template, ids):
    """Reads the resources back and counts those that are as the template says."""
    count = 0
    for name, resource in template["Resources"].items():
        wanted, kind = resource.get("Properties", {}), resource["Type"]
        if name not in ids:
            continue
        if kind == "AWS::Kinesis::Stream":
            found = client("kinesis").describe_stream_summary(StreamName=ids[name])["StreamDescriptionSummary"]
            if "ShardCount" in wanted:
                assert found["OpenShardCount"] == wanted["ShardCount"], (name, found)
            assert found["RetentionPeriodHours"] == wanted.get("RetentionPeriodHours", 24), (name, found)
        elif kind == "AWS::SQS::Queue":
            found = client("sqs").get_queue_attributes(QueueUrl=ids[name], AttributeNames=["All"])["Attributes"]
            for wish, attribute in [("VisibilityTimeout", "VisibilityTimeout"), ("MessageRetentionPeriod", "MessageRetentionPeriod")]:
                if wish in wanted:
                    assert int(found[attribute]) == wanted[wish], (name, wish, found)
            assert ("RedrivePolicy" in found) == ("RedrivePolicy" in wanted), (name, found)
        elif kind == "AWS::DynamoDB::Table":
            found = client("dynamodb").describe_table(TableName=ids[name])["Table"]
            assert found["KeySchema"] == wanted["KeySchema"], (name, found)
            assert found.get("StreamSpecification", {}).get("StreamViewType") == wanted.get("StreamSpecification", {}).get("StreamViewType"), (name, found)
        elif kind == "AWS::Lambda::EventSourceMapping":
            found = client("lambda").get_event_source_mapping(UUID=ids[name])
            assert found["BatchSize"] == wanted.get("BatchSize", found["BatchSize"]), (name, found)
            assert found["FunctionArn"].endswith(ids[wanted["FunctionName"]["Ref"]]), (name, found)
        else:
            continue
        count += 1
    return count


def deliver(client, template, ids):
    """Makes the delivery streams by Firehose's own API, since moto knows no such resource, and reads them back."""
    count = 0
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::KinesisFirehose::DeliveryStream":
            continue
        wanted = resolved(resource["Properties"], ids)
        if not any(f"{known}DestinationConfiguration" in wanted for known in DESTINATIONS):
            continue
        client("firehose").create_delivery_stream(DeliveryStreamName=name, **wanted)
        found = client("firehose").describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        assert found["DeliveryStreamType"] == wanted["DeliveryStreamType"], (name, found)
        if "ExtendedS3DestinationConfiguration" in wanted:
            destination = found["Destinations"][0]["ExtendedS3DestinationDescription"]
            assert destination["BucketARN"] == wanted["ExtendedS3DestinationConfiguration"]["BucketARN"], (name, found)
        if "KinesisStreamSourceConfiguration" in wanted:
            source = found["Source"]["KinesisStreamSourceDescription"]
            assert source["KinesisStreamARN"] == wanted["KinesisStreamSourceConfiguration"]["KinesisStreamARN"], (name, found)
        client("firehose").delete_delivery_stream(DeliveryStreamName=name)
        count += 1
    return count


def resolved(value, ids):
    """The value with every function replaced by a text of the form that the API takes."""
    if isinstance(value, list):
        return [resolved(item, ids) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAtt" in value:
        return f"arn:aws:any:us-east-1:123456789012:role/{ids.get(value['Fn::GetAtt'][0], value['Fn::GetAtt'][0])}"
    if "Ref" in value:
        return "https://example.com/a" if value["Ref"].endswith("Url") else value["Ref"]
    return {key: resolved(item, ids) for key, item in value.items()}


def main(binary, designs):
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    session = boto3.Session("test", "test", region_name="us-east-1")

    def client(service):
        return session.client(service, endpoint_url=f"http://127.0.0.1:{port}")

    client("s3").create_bucket(Bucket="code")
    client("s3").put_object(Bucket="code", Key="code.zip", Body=b"PK\x05\x06" + bytes(18))
    client("s3").put_object(Bucket="code", Key="definition.json", Body=b'{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
    for number, design in enumerate(designs):
        text = exported(binary, design)
        linted = lint(text)
        assert linted.returncode == 0, f"{design}: cfn-lint says {linted.stdout}{linted.stderr}"
        template = yaml.load(text, Loader)
        if needed := unmade(template):
            count = deliver(client, template, {})
            print(f"{design}: {len(template['Resources'])} resources, cfn-lint finds nothing; {count} delivery streams made; the rest is not, since moto does not make {', '.join(needed)}")
            continue
        parameters = answers(template)
        client("cloudformation").create_stack(StackName=f"stack{number}", TemplateBody=text, Parameters=parameters, Capabilities=["CAPABILITY_IAM"])
        status = client("cloudformation").describe_stacks(StackName=f"stack{number}")["Stacks"][0]["StackStatus"]
        assert status == "CREATE_COMPLETE", (design, status)
        ids = made(client, f"stack{number}")
        count = compare(client, template, ids) + deliver(client, template, ids)
        print(f"{design}: {len(template['Resources'])} resources, cfn-lint finds nothing; made on moto, {count} read back as designed")
    server.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
