//! What is asked of designs can be asked of templates and of Terraform too: run them, compare them, judge what changed.

use std::fs;
use std::path::Path;
use std::process::Command as Process;

use assert_cmd::Command;
use tempfile::TempDir;

const TEMPLATE: &str = "Resources:
  Clicks:
    Type: AWS::Kinesis::Stream
    Properties:
      ShardCount: !Ref Shards
      StreamEncryption: {EncryptionType: KMS, KeyId: alias/aws/kinesis}
  Store:
    Type: AWS::S3::Bucket
  Lake:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Clicks.Arn, RoleARN: arn}
      ExtendedS3DestinationConfiguration: {BucketARN: !GetAtt Store.Arn, RoleARN: arn}
Parameters:
  Shards: {Type: Number, Default: 2}
";
const SAID: &str = "for: stack.yaml
traffic:
  Clicks: {rate: 1500/s, record_size: 1 KiB}
require:
  - delivery: {to: Store, guarantee: at-least-once}
";
const MODULE: &str = "variable \"shards\" {}
resource \"aws_kinesis_stream\" \"clicks\" {
  name        = \"clicks\"
  shard_count = var.shards
}
";
const MAIN: &str = "module \"in\" {
  source = \"./in\"
  shards = 2
}
";

fn thalweg(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("thalweg").unwrap();
    let output = command.env("NO_COLOR", "1").current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn write(folder: &Path, file: &str, content: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A repository with a template, what is said of it, and a configuration of Terraform with a module.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, content) in [
        ("stack.yaml", TEMPLATE),
        ("stack.thalweg.yaml", SAID),
        ("tf/main.tf", MAIN),
        ("tf/in/main.tf", MODULE),
    ] {
        write(folder.path(), file, content);
    }
    for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message=first"]]
    {
        let named = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        let status = Process::new("git").arg("-C").arg(folder.path()).args(named).args(arguments).status();
        assert!(status.unwrap().success(), "{arguments:?}");
    }
    folder
}

#[test]
fn a_template_is_run_with_the_load_that_a_file_beside_it_says() {
    let folder = repository();
    let run = |arguments: &[&str]| {
        thalweg(folder.path(), &[&["run", "stack.yaml", "--duration", "60s"], arguments].concat())
    };
    let (code, out, err) = run(&[]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("met      delivery at-least-once to `Store`"), "{out}");
    let arrived = out.lines().find(|line| line.starts_with("Store ")).unwrap();
    let arrived = arrived.split_whitespace().nth(1).unwrap();
    assert_eq!(arrived, (1500 * 60).to_string(), "1500 a second for a minute: {out}");
    write(folder.path(), "values", "Shards=1\n");
    let (code, out, err) = run(&["--parameters", "values"]);
    assert_eq!(code, 1, "one shard takes 1000 a second: {out}");
    assert!(out.contains("shard-write-capacity") && err.contains("the design does not run"), "{out}{err}");
    assert!(out.contains("[stack.yaml:"), "it stands in the template: {out}");
    fs::remove_file(folder.path().join("stack.thalweg.yaml")).unwrap();
    let (code, _, err) = run(&[]);
    assert_eq!(code, 0);
    assert!(err.contains("nothing sends records; say the load in a file beside it"), "{err}");
}

#[test]
fn templates_and_folders_are_compared_with_their_revisions() {
    let folder = repository();
    write(folder.path(), "stack.yaml", &TEMPLATE.replace("Default: 2", "Default: 4"));
    let (code, out, err) = thalweg(folder.path(), &["diff", "HEAD:stack.yaml", "stack.yaml"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("~ Clicks  shards: 2 -> 4"), "{out}");
    assert!(out.contains("77 % at the peak -> ") && out.contains("Monthly cost"), "load and cost: {out}");
    write(folder.path(), "tf/in/main.tf", &MODULE.replace("= var.shards", "= var.shards + 1"));
    let (code, out, err) = thalweg(folder.path(), &["diff", "HEAD:tf", "tf"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("shards: 2 -> 3"), "the module is that of the revision too: {out}");
}

#[test]
fn a_template_has_changed_where_what_it_brings_in_has() {
    let folder = repository();
    let judged = || {
        let (_, out, err) = thalweg(folder.path(), &["check", "--format", "json", "--changed-since", "HEAD"]);
        let judged: serde_json::Value = serde_json::from_str(&out).unwrap();
        (judged["summary"]["files"].as_u64().unwrap(), err)
    };
    assert_eq!(judged().0, 0, "{}", judged().1);
    write(folder.path(), "tf/in/main.tf", &MODULE.replace("clicks", "visits"));
    let of_terraform = judged().0;
    assert!(of_terraform > 0, "the module of the configuration");
    write(folder.path(), "stack.thalweg.yaml", &SAID.replace("1500/s", "9000/s"));
    let (both, err) = judged();
    assert!(both > of_terraform, "what is said of the template: {err}");
}
