//! How long judging designs takes: `cargo bench --bench check`.
//!
//! Each figure is to stay below a bound on two processors: a start of the binary 5 ms, one design of twelve nodes in a
//! process of its own 10 ms, a thousand of them half a second (2,000 files a second), one design of 10,000 nodes and
//! 20,000 flows half a second and no more than fifteen times what 1,000 nodes take. `cargo bench --bench check -- NAME`
//! measures those whose name holds NAME. That nothing grows faster than a design does is held by `tests/suite/speed.rs`.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]

mod designs;

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use thalweg::design;
use thalweg::diagnostic::Diagnostic;
use thalweg::knowledge::Knowledge;
use thalweg::lint::{self, Rules};
use thalweg::source::Text;

const FILES: usize = 1000;

fn main() {
    divan::main();
}

/// The binary with these arguments, and no config of whoever measures.
fn thalweg(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thalweg"));
    let status = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(matches!(status.code(), Some(0 | 1)), "{arguments:?}: {status}");
}

fn judge(text: &Arc<Text>, knowledge: &Knowledge, rules: &Rules) -> Vec<Diagnostic> {
    lint::judge(&design::lower(Arc::clone(text), knowledge), knowledge, rules)
}

#[divan::bench(sample_count = 50)]
fn start() {
    thalweg(&["--version"]);
}

#[divan::bench(sample_count = 50)]
fn explain_a_rule() {
    thalweg(&["explain", "dual-write"]);
}

#[divan::bench(sample_count = 50)]
fn twelve_nodes_in_a_process(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("d.thalweg.yaml");
    fs::write(&file, designs::of_twelve(0)).unwrap();
    bencher.bench_local(|| thalweg(&["check", "--no-config", file.to_str().unwrap()]));
}

#[divan::bench(sample_count = 10)]
fn a_thousand_files_in_a_process(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..FILES {
        fs::write(folder.path().join(format!("{number}.thalweg.yaml")), designs::of_twelve(number)).unwrap();
    }
    let check = || thalweg(&["check", "--no-config", folder.path().to_str().unwrap()]);
    bencher.counter(ItemsCount::new(FILES)).bench_local(check);
}

/// Reading and judging alone, with cards and rules that are there already.
#[divan::bench(args = [1_000, 10_000], sample_count = 10)]
fn one_design_of_nodes(bencher: Bencher<'_, '_>, nodes: usize) {
    let (knowledge, rules) = (Knowledge::embedded(), Rules::embedded());
    let text = Arc::new(Text::new("d.yaml", designs::of_nodes(nodes)));
    judge(&text, &knowledge, &rules);
    bencher.counter(ItemsCount::new(nodes)).bench_local(|| judge(&text, &knowledge, &rules));
}

/// The same in a process of its own, with everything that it prints.
#[divan::bench(args = [1_000, 10_000], sample_count = 10)]
fn one_design_in_a_process(bencher: Bencher<'_, '_>, nodes: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("d.thalweg.yaml");
    fs::write(&file, designs::of_nodes(nodes)).unwrap();
    let check = || thalweg(&["check", "--no-config", file.to_str().unwrap()]);
    bencher.counter(ItemsCount::new(nodes)).bench_local(check);
}
