//! Infrastructure code read as designs, and what designs say for it: values that nobody knows before the deployment.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg::design::{self, Lowered};
use thalweg::diagnostic::Severity;
use thalweg::import::graph::{Confidence, Given};
use thalweg::import::truth::Scores;
use thalweg::import::{self, Reading, Surroundings, build, listing, truth, write};
use thalweg::knowledge::Knowledge;
use thalweg::lint::{Rules, judge};
use thalweg::source::Text;

fn rules_on(text: &str) -> Vec<String> {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", text)), &knowledge);
    judge(&lowered, &knowledge, &Rules::embedded()).into_iter().map(|found| found.rule).collect()
}

/// A queue that has no dead letters, that may have some, and that is set up elsewhere.
#[test]
fn rules_are_silent_on_what_nobody_knows_yet() {
    let design = |queue: &str| {
        format!(
            "nodes:\n  jobs: {{service: sqs{queue}}}\n  work: {{service: lambda}}\nflows: [jobs -> work]\n"
        )
    };
    let tells = |queue: &str, rule: &str| rules_on(&design(queue)).iter().any(|found| found == rule);
    assert!(tells("", "queue-without-dead-letters"), "{:?}", rules_on(&design("")));
    assert!(!tells(", dead_letters: !unknown DeadLetters", "queue-without-dead-letters"));
    assert!(!tells(", elsewhere: true", "queue-without-dead-letters"));
    assert!(tells(", visibility_timeout: 13h", "out-of-range"), "a known value is judged");
    assert!(!tells(", visibility_timeout: !unknown Timeout", "out-of-range"));
    assert!(!rules_on(&design(", elsewhere: true")).iter().any(|rule| rule == "unknown-key"));
}

/// What is read of a template, with other files beside it.
fn reading(text: &str, beside: &[(&str, &str)]) -> Reading {
    let knowledge = Knowledge::embedded();
    let load = |_: &str, location: &str| {
        let found = beside.iter().find(|(name, _)| *name == location);
        found.map(|(name, text)| Arc::new(Text::new(*name, *text)))
    };
    let surroundings = Surroundings { load: &load, ..Surroundings::alone(&knowledge) };
    import::read(&Arc::new(Text::new("t.yaml", text)), surroundings).expect("a template")
}

/// The edges of a template, a line each.
fn edges(text: &str) -> String {
    shown(&reading(text, &[]))
}

fn shown(reading: &Reading) -> String {
    let edges = listing::edges(&reading.graph, &Knowledge::embedded()).into_iter().map(|edge| {
        let via = edge.via.map(|via| format!(" via {via}")).unwrap_or_default();
        let sure = match edge.confidence {
            Confidence::Declared => "",
            Confidence::High => " inferred",
            Confidence::Low => " perhaps",
        };
        let off = if edge.is_disabled { " off" } else { "" };
        format!("{} -> {} {}{via}{sure}{off}", edge.from, edge.to, edge.kind)
    });
    edges.collect::<Vec<_>>().join("\n")
}

/// A setting of a node as it was read.
fn setting<'r>(reading: &'r Reading, node: &str, name: &str) -> Option<&'r Given> {
    let node = reading.graph.node(node)?;
    node.settings.iter().find(|setting| setting.name == name).map(|setting| &setting.given)
}

#[test]
fn a_mapping_through_a_consumer_leads_from_the_stream_and_is_fanned_out() {
    let template = "
Parameters: {Shards: {Type: Number}, Batch: {Type: Number, Default: 50}}
Resources:
  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: !Ref Shards, RetentionPeriodHours: 48}}
  Fan: {Type: AWS::Kinesis::StreamConsumer, Properties: {StreamARN: !GetAtt Clicks.Arn, ConsumerName: fan}}
  Count: {Type: AWS::Lambda::Function, Properties: {Timeout: 60, MemorySize: 256}}
  Lost: {Type: AWS::SQS::Queue}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !Ref Fan
      FunctionName: !Sub '${Count.Arn}:live'
      BatchSize: !Ref Batch
      MaximumRetryAttempts: -1
      FunctionResponseTypes: [ReportBatchItemFailures]
      DestinationConfig: {OnFailure: {Destination: !GetAtt Lost.Arn}}
      Enabled: 'False'
";
    let reading = reading(template, &[]);
    assert_eq!(shown(&reading), "Clicks -> Count esm via enhanced-fan-out off\nCount -> Lost failure");
    assert!(matches!(setting(&reading, "Clicks", "shards"), Some(Given::Unknown(on)) if on == "${Shards}"));
    assert!(matches!(setting(&reading, "Clicks", "retention"), Some(Given::Text(text)) if text == "48h"));
    assert!(matches!(setting(&reading, "Count", "memory"), Some(Given::Text(text)) if text == "256 MiB"));
    let flow = &reading.graph.flows[0];
    let names: Vec<&str> = flow.settings.iter().map(|setting| setting.name.as_str()).collect();
    assert_eq!(names, ["batch_size", "report_item_failures", "on_failure"], "no bound is no setting");
}

#[test]
fn conditions_decide_by_defaults_and_keep_both_branches_where_they_are_open() {
    let template = |default: &str| {
        format!(
            "
Parameters: {{Stage: {{Type: String{default}}}}}
Conditions: {{IsProd: !Equals [!Ref Stage, prod]}}
Resources:
  In: {{Type: AWS::Kinesis::Stream, Properties: {{Name: in, ShardCount: !If [IsProd, 8, 1]}}}}
  Fast: {{Type: AWS::Lambda::Function, Condition: IsProd}}
  Slow: {{Type: AWS::Lambda::Function}}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{EventSourceArn: !GetAtt In.Arn, FunctionName: !If [IsProd, !Ref Fast, !Ref Slow]}}
"
        )
    };
    let open = reading(&template(""), &[]);
    assert_eq!(shown(&open), "In -> Fast esm\nIn -> Slow esm");
    assert!(matches!(setting(&open, "In", "shards"), Some(Given::Unknown(on)) if on == "8 or 1"));
    let known = reading(&template(", Default: test"), &[]);
    assert_eq!(shown(&known), "In -> Slow esm");
    assert!(matches!(setting(&known, "In", "shards"), Some(Given::Text(text)) if text == "1"));
}

#[test]
fn sam_makes_what_its_short_forms_leave_out() {
    insta::assert_snapshot!(edges(
        "
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Timeout: 30, Environment: {Variables: {TABLE: !Ref Table}}}}
Resources:
  Table: {Type: AWS::Serverless::SimpleTable}
  News: {Type: AWS::SNS::Topic}
  Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [DynamoDBCrudPolicy: {TableName: !Ref Table}]
      Events:
        Post: {Type: Api, Properties: {Path: /, Method: post}}
        Order:
          Type: Kinesis
          Properties:
            Stream: !GetAtt Orders.Arn
            StartingPosition: LATEST
            DestinationConfig: {OnFailure: {Type: SQS}}
        Told: {Type: SNS, Properties: {Topic: !Ref News, SqsSubscription: true}}
        Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Seen: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop]}}}
"
    ));
}

#[test]
fn nested_stacks_are_bound_to_the_parameters_that_they_are_given() {
    let parent = "
Resources:
  In: {Type: AWS::Kinesis::Stream}
  Part:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: part.yaml, Parameters: {Source: !GetAtt In.Arn}}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Part.Outputs.Jobs, FunctionName: !Ref Work}
  Work: {Type: AWS::Lambda::Function}
";
    let part = "
Parameters: {Source: {Type: String}}
Resources:
  Jobs: {Type: AWS::SQS::Queue}
  Read: {Type: AWS::Lambda::Function}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !Ref Source, FunctionName: !Ref Read}
Outputs: {Jobs: {Value: !GetAtt Jobs.Arn}}
";
    let both = reading(parent, &[("part.yaml", part)]);
    assert_eq!(shown(&both), "Part/Jobs -> Work esm\nIn -> Part/Read esm");
    let of_part = both.graph.flows.iter().find(|flow| flow.to == "Part/Read").unwrap();
    let (text, span) = both.files.place(of_part.span);
    assert_eq!((text.name(), text.slice(span)), ("part.yaml", "Map"));
}

#[test]
fn permissions_that_nobody_uses_draw_nothing() {
    let template = "
Resources:
  In: {Type: AWS::Kinesis::Stream}
  Lost: {Type: AWS::SQS::Queue}
  Out: {Type: AWS::SQS::Queue}
  Seen: {Type: AWS::DynamoDB::Table}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement:
              - {Effect: Allow, Action: 'kinesis:*', Resource: !GetAtt In.Arn}
              - {Effect: Allow, Action: 'sqs:SendMessage', Resource: [!GetAtt Lost.Arn, !GetAtt Out.Arn]}
              - {Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Seen.Arn}
  Work:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Environment: {Variables: {SOURCE: !Ref In, OUT: !Ref Out}}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt In.Arn
      FunctionName: !Ref Work
      DestinationConfig: {OnFailure: {Destination: !GetAtt Lost.Arn}}
";
    assert_eq!(
        edges(template),
        "Work -> Out write inferred\nWork -> Seen write perhaps\nIn -> Work esm\nWork -> Lost failure"
    );
}

#[test]
fn what_a_team_says_of_a_template_is_judged_with_it() {
    let template = "
Metadata:
  Thalweg:
    traffic:
      In: {rate: 5000/s, record_size: 1 KiB}
Resources:
  In: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
";
    let knowledge = Knowledge::embedded();
    let read = reading(template, &[]);
    let lowered = build::lowered(&read, &knowledge);
    let found = judge(&lowered, &knowledge, &Rules::embedded());
    let of_load = found.iter().find(|finding| finding.severity == Severity::Error).expect("five shards");
    assert_eq!(of_load.node.as_deref(), Some("In"));
    let place = read.files.place(of_load.primary.span).0.position(of_load.primary.span.start);
    assert_eq!(place.line, 7, "at the stream in the template: {of_load:#?}");
}

/// The real templates under `tests/fixtures/templates`.
fn templates() -> Vec<Arc<Text>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/templates");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let is_template = |path: &PathBuf| path.is_file() && path.extension().is_none_or(|ending| ending != "md");
    paths
        .into_iter()
        .filter(is_template)
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            Arc::new(Text::new(name, fs::read_to_string(&path).unwrap()))
        })
        .collect()
}

#[test]
fn real_templates_are_read_as_somebody_read_them_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/templates/truth");
    let mut all = Scores::default();
    for text in templates() {
        let stem = text.name().rsplit_once('.').unwrap().0;
        let Ok(truth) = fs::read_to_string(folder.join(format!("{stem}.yaml"))) else { continue };
        let reading = reading(text.as_str(), &[]);
        all.add(truth::against(&Text::new(stem, truth), &reading, &Knowledge::embedded()).unwrap());
    }
    assert!(all.declared.right > 25, "the truths are where this test looks for them: {all:#?}");
    assert!(all.declared.precision() >= 0.95 && all.declared.recall() >= 0.95, "{all:#?}");
    assert!(all.nodes.precision() >= 0.95 && all.nodes.recall() >= 0.95, "{all:#?}");
    assert!(all.inferred.recall() >= 0.9 && all.inferred.precision() >= 0.9, "{all:#?}");
    assert!(all.forbidden.is_empty(), "{all:#?}");
}

/// What is found, without places.
fn found(lowered: &Lowered, knowledge: &Knowledge) -> Vec<String> {
    let mut found: Vec<String> = judge(lowered, knowledge, &Rules::embedded())
        .into_iter()
        .filter(|finding| finding.severity > Severity::Advice && finding.rule != "unused-node")
        .map(|finding| format!("{}[{}] {}", finding.severity.as_str(), finding.rule, finding.message))
        .collect();
    found.sort();
    found
}

/// Real teams deploy these: whatever is an error has to be one. Services that have ended are.
#[test]
fn real_templates_have_no_false_errors_and_their_designs_say_the_same() {
    let knowledge = Knowledge::embedded();
    for text in templates() {
        let read = reading(text.as_str(), &[]);
        assert_eq!(read.mistakes, [], "{}", text.name());
        let lowered = build::lowered(&read, &knowledge);
        let of_template = found(&lowered, &knowledge);
        let is_false =
            |line: &&String| line.starts_with("error") && !line.starts_with("error[discontinued-service]");
        let errors: Vec<&String> = of_template.iter().filter(is_false).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", text.name());
        let written = write::design(&read, &knowledge);
        let lowered = design::lower(Arc::new(Text::new("made.yaml", written.as_str())), &knowledge);
        assert_eq!(found(&lowered, &knowledge), of_template, "{}\n{written}", text.name());
    }
}
