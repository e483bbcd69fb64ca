//! Texts made to hurt: they are refused in little time, and nothing overflows.

use std::sync::Arc;

use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::source::{FaultKind, MAX_DEPTH, MAX_EXPANSION, Reading, Text, read};

fn reading(content: String) -> Reading {
    read(&Text::new("hostile", content))
}

fn kinds(reading: &Reading) -> Vec<FaultKind> {
    reading.faults.iter().map(|fault| fault.kind).collect()
}

#[test]
fn any_depth_is_refused_without_exhausting_the_stack() {
    let deep = [
        "[".repeat(100_000),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
        (0..2_000).flat_map(|depth| [" ".repeat(depth), "a:\n".to_owned()]).collect(),
        format!("a: {}", "[{b: ".repeat(100_000)),
    ];
    for content in deep {
        let reading = reading(content);
        assert_eq!(kinds(&reading), [FaultKind::TooDeep]);
    }
}

#[test]
fn the_deepest_legal_document_is_read() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(kinds(&reading(nested(MAX_DEPTH))), []);
    assert_eq!(kinds(&reading(nested(MAX_DEPTH + 1))), [FaultKind::TooDeep]);
    let mixed = |depth: usize| format!("{}{}{}", "- ".repeat(depth), "[".repeat(depth), "]".repeat(depth));
    assert_eq!(kinds(&reading(mixed(MAX_DEPTH / 2))), []);
    assert_eq!(kinds(&reading(mixed(MAX_DEPTH / 2 + 1))), [FaultKind::TooDeep]);
}

#[test]
fn depth_through_aliases_counts_too() {
    let chain = (1..1_000).map(|n| format!("x{n}: &x{n} [*x{}]\n", n - 1));
    let reading = reading(format!("x0: &x0 []\n{}", chain.collect::<String>()));
    assert!(kinds(&reading).iter().all(|kind| *kind == FaultKind::TooDeep));
    assert!(!reading.faults.is_empty());
}

#[test]
fn an_alias_bomb_is_refused_and_the_rest_is_read() {
    let level = |n: usize| format!("x{n}: &x{n} [{}]\n", vec![format!("*x{}", n - 1); 9].join(","));
    let bomb = format!("x0: &x0 [1]\n{}last: 1\n", (1..30).map(level).collect::<String>());
    let reading = reading(bomb);
    assert_eq!(kinds(&reading), [FaultKind::TooLarge]);
    assert_eq!(reading.root.unwrap().get("last").unwrap().as_integer(), Some(1));
}

#[test]
fn the_expansion_limit_is_exact() {
    let with = |uses: u64| format!("a: &a [{}]\nb: [{}]", "1,".repeat(999), "*a,".repeat(uses as usize));
    assert_eq!(kinds(&reading(with(MAX_EXPANSION / 1_000))), []);
    assert_eq!(kinds(&reading(with(MAX_EXPANSION / 1_000 + 1))), [FaultKind::TooLarge]);
}

#[test]
fn many_faults_are_all_reported() {
    let reading = reading("a: 1\n".repeat(10_000));
    assert_eq!(reading.faults.len(), 9_999);
    assert_eq!(reading.root.unwrap().as_mapping().unwrap().entries.len(), 1);
}

#[test]
fn thousands_of_mistakes_of_one_kind_are_told_once_they_are_counted() {
    let text = Text::new("many", "a: b\n".repeat(25_000));
    let reading = read(&text);
    assert_eq!(reading.faults.len(), 10_001);
    let last = reading.faults.last().unwrap();
    assert_eq!(last.message, "from here on 14999 more keys are set twice; the first ones count");
    let keys = (0..12_000).fold(String::new(), |keys, nth| keys + &format!("  k{nth}: 1\n"));
    let design = format!("nodes:\n web:\n  service: producer\n{keys}flows: []\n");
    let lowered = design::lower(Arc::new(Text::new("d.yaml", design)), &Knowledge::embedded());
    let unknown: Vec<_> = lowered.diagnostics.iter().filter(|found| found.rule == "unknown-key").collect();
    assert_eq!(unknown.len(), 10_001);
    assert!(unknown[10_000].message.contains("2000 more keys"));
}
