//! How long reading and judging templates takes: `cargo bench --bench templates`.
//!
//! A hundred real templates are to take less than 0.3 s of one processor, and a synthesised one of 5 MB less than 1 s.
//! `TEMPLATES=FOLDER cargo bench --bench templates` takes the templates of that folder; `tests/cfn_lint_speed.py` holds
//! the binary against cfn-lint on the same files.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use thalweg::diagnostic::Diagnostic;
use thalweg::import::{self, Surroundings, build};
use thalweg::knowledge::Knowledge;
use thalweg::lint::{self, Rules};
use thalweg::source::Text;

const TEMPLATES: usize = 100;
/// So many groups of a stream, a function, a table and a mapping make 5 MB.
const GROUPS: usize = 4_700;
const GROUP: &str = "  Stream{group}:
    Type: AWS::Kinesis::Stream
    Properties:
      Name: !Sub '${AWS::StackName}-clicks-{group}'
      ShardCount: 2
      RetentionPeriodHours: 48
      StreamEncryption: {EncryptionType: KMS, KeyId: alias/aws/kinesis}
  Role{group}:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: write
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Table{group}.Arn}
  Work{group}:
    Type: AWS::Lambda::Function
    Properties:
      Timeout: 30
      MemorySize: 512
      Role: !GetAtt Role{group}.Arn
      Environment: {Variables: {TABLE: !Ref Table{group}}}
  Table{group}:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Map{group}:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Stream{group}.Arn
      FunctionName: !Ref Work{group}
      BatchSize: 100
      BisectBatchOnFunctionError: true
      MaximumRetryAttempts: 3
";

fn main() {
    divan::main();
}

/// A hundred real templates: those of the tests, or of the folder that `TEMPLATES` names, over and over.
fn real() -> Vec<Arc<Text>> {
    #[expect(clippy::disallowed_methods, reason = "what is measured is named from outside")]
    let folder = env::var_os("TEMPLATES").map(PathBuf::from);
    let folder =
        folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/templates"));
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    let texts = paths.iter().filter_map(|path| {
        let text = Text::new(path.to_str()?.to_owned(), fs::read_to_string(path).ok()?);
        import::is_infrastructure(&text).then(|| Arc::new(text))
    });
    let texts: Vec<_> = texts.collect();
    assert!(!texts.is_empty(), "the folder holds no template");
    texts.into_iter().cycle().take(TEMPLATES).collect()
}

fn synthesised() -> Arc<Text> {
    let groups: String = (0..GROUPS).map(|group| GROUP.replace("{group}", &group.to_string())).collect();
    Arc::new(Text::new("large.yaml", format!("Resources:\n{groups}")))
}

fn judge(text: &Arc<Text>, knowledge: &Knowledge, rules: &Rules) -> Vec<Diagnostic> {
    let reading = import::read(text, Surroundings::alone(knowledge)).unwrap();
    let lowered = build::lowered(&reading, knowledge);
    lint::judge(&lowered, knowledge, rules)
}

#[divan::bench(sample_count = 10)]
fn a_hundred_real_templates(bencher: Bencher<'_, '_>) {
    let (texts, knowledge, rules) = (real(), Knowledge::embedded(), Rules::embedded());
    bencher
        .counter(ItemsCount::new(TEMPLATES))
        .bench_local(|| texts.iter().map(|text| judge(text, &knowledge, &rules).len()).sum::<usize>());
}

#[divan::bench(sample_count = 5)]
fn one_of_five_megabytes(bencher: Bencher<'_, '_>) {
    let (text, knowledge, rules) = (synthesised(), Knowledge::embedded(), Rules::embedded());
    bencher
        .counter(BytesCount::new(text.as_str().len()))
        .bench_local(|| judge(&text, &knowledge, &rules).len());
}
