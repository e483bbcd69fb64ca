//! Whatever a file holds, every part that reads it ends, in time proportional to its size, and points into the file.
//!
//! Designs, cards, rules, manifests, configs and baselines of the project are broken in every way that `mutate` knows, and
//! the whole chain runs on what is left. `PROPTEST_CASES` asks for more cases than CI has time for. What was found this
//! way lies in `tests/fixtures/hostile` and runs every time.

mod binary;
mod chain;
mod conversation;
mod corpus;
mod kind;
mod mutate;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use chain::drive;
use corpus::{Corpus, corpus};
use kind::Kind;
use mutate::{Mutation, mutated};

/// Longer than any text of the corpus takes, even where other tests keep the machine busy.
const TOO_LONG: Duration = Duration::from_mins(1);

/// A text of the corpus, broken a few times.
fn broken() -> impl Strategy<Value = (Kind, String)> {
    let seeds = any::<(prop::sample::Index, prop::sample::Index)>();
    (seeds, prop::collection::vec(any::<Mutation>(), 0..6)).prop_map(|((first, second), mutations)| {
        let Corpus { texts } = corpus();
        let (kind, text) = &texts[first.index(texts.len())];
        let (_, other) = &texts[second.index(texts.len())];
        (*kind, mutations.iter().fold(text.clone(), |text, mutation| mutated(&text, other, mutation)))
    })
}

#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn within_time(kind: Kind, text: &str) {
    let start = Instant::now();
    drive(kind, text);
    assert!(start.elapsed() < TOO_LONG, "took {:?}", start.elapsed());
}

/// So many cases as CI has time for, the same each time; `PROPTEST_CASES` asks for more, and for others each time.
fn cases() -> ProptestConfig {
    let asked =
        ProptestConfig { failure_persistence: None, max_shrink_iters: 30, ..ProptestConfig::default() };
    if asked.cases == 256 {
        return ProptestConfig { cases: 150, rng_seed: RngSeed::Fixed(1), ..asked };
    }
    asked
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_broken_file_is_judged_to_the_end((kind, text) in broken()) {
        within_time(kind, &text);
    }
}

proptest! {
    // Every step reads the text anew.
    #![proptest_config(ProptestConfig { cases: cases().cases.div_ceil(8), ..cases() })]

    #[test]
    fn an_editor_is_answered_whatever_is_typed((_, text) in broken(), script in prop::collection::vec(any::<u8>(), 0..100)) {
        conversation::talk(&text, &script);
    }
}

/// The corpus itself goes through the chain, so that what is broken starts from what works.
#[test]
fn every_kind_of_file_has_texts() {
    for kind in Kind::ALL {
        let count = corpus().texts.iter().filter(|(found, _)| *found == kind).count();
        assert!(count > 0, "{kind:?}");
    }
}

#[test]
fn what_was_found_before_stays_mended() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hostile");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = String::from_utf8(std::fs::read(&path).unwrap()) else { continue };
        let name = path.file_name().unwrap().to_str().unwrap();
        for kind in Kind::ALL.into_iter().filter(|kind| name.starts_with(kind.name())) {
            within_time(kind, &text);
        }
    }
}

/// Deep recursion, and work that grows with the square of the file, would not end here.
#[test]
fn large_designs_are_judged() {
    let lines =
        |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<Vec<_>>().concat();
    let chain = |count: usize| {
        let nodes = lines(count, &|number| format!("  n{number}: {{service: lambda}}\n"));
        let flows = lines(count - 1, &|number| format!("  - n{number} -> n{}\n", number + 1));
        format!("nodes:\n{nodes}flows:\n{flows}")
    };
    // A thread has less of a stack than a program; what fits here fits there.
    let text = chain(3_000);
    std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(move || chain::judged(&std::sync::Arc::new(thalweg::source::Text::new("chain", text))))
        .unwrap()
        .join()
        .unwrap();
    let strange = lines(3_000, &|number| format!("  - strange{number} -> other{number}\n"));
    let text = format!("nodes:\n  in: {{service: kds, shards: 1}}\nflows:\n{strange}");
    let found = chain::judged(&std::sync::Arc::new(thalweg::source::Text::new("strange", text)));
    assert_eq!(found.iter().filter(|found| found.rule == "unknown-node").count(), 6_000);
    let text = format!("nodes:\n  in: {{service: {}}}\nflows: []\n", "x".repeat(1_000_000));
    chain::judged(&std::sync::Arc::new(thalweg::source::Text::new("long", text)));
    // What could not be read excuses mistakes elsewhere, however much of both there is.
    let lost = lines(3_000, &|number| format!("  n{number}: *nowhere\n  m{number}: [x]\n"));
    let text = format!("nodes:\n{lost}flows:\n{strange}");
    let found = chain::judged(&std::sync::Arc::new(thalweg::source::Text::new("lost", text)));
    let of = |rule: &str| found.iter().filter(|found| found.rule == rule).count();
    assert_eq!((of("syntax"), of("wrong-type"), of("unknown-node")), (3_000, 3_000, 0));
}
