//! Infrastructure code read as designs, and what designs say for it: values that nobody knows before the deployment.

use std::sync::Arc;

use thalweg::design;
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
