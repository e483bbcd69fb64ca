//! Answers are graded right and wrong, made questions hold, and the bank leaves in other formats.

use std::collections::{BTreeMap, BTreeSet};

use thalweg::knowledge::Knowledge;
use thalweg::lint::Rules;
use thalweg::scenario::catalog::Catalog;
use thalweg::scenario::compose;
use thalweg::scenario::export::{Format as Other, export};
use thalweg::scenario::generate::generate;
use thalweg::scenario::grade::{self, Answer, grade, right_choices, right_order};
use thalweg::scenario::model::{Format, Scenario};
use thalweg::scenario::prove::{self, Judge};

fn with_judge<T>(work: impl FnOnce(&Catalog, Judge<'_>) -> T) -> T {
    let (knowledge, rules) = (Knowledge::embedded(), Rules::embedded());
    work(&Catalog::embedded(), Judge { knowledge: &knowledge, rules: &rules })
}

fn ids(scenario: &Scenario) -> Vec<String> {
    scenario.choices.iter().map(|choice| choice.id.clone()).collect()
}

#[test]
fn the_bank_is_large_and_mixed() {
    let catalog = Catalog::embedded();
    let count = |word: &str| catalog.all().filter(|scenario| scenario.format.as_str() == word).count();
    assert!(catalog.all().count() >= 90, "{}", catalog.all().count());
    assert_eq!(catalog.all().count(), catalog.len(), "every file is a whole scenario");
    assert!(count("repair") >= 8 && count("predict") >= 6 && count("multiple") >= 4);
    assert!(count("order") >= 3 && count("match") >= 3);
}

#[test]
fn right_answers_are_right_and_others_are_wrong() {
    with_judge(|catalog, judge| {
        let is_light = |scenario: &&Scenario| !matches!(scenario.format, Format::Predict(_));
        for scenario in catalog.all().filter(is_light) {
            let all = ids(scenario);
            let (right, wrong) = match &scenario.format {
                Format::Order(_) => {
                    let order = right_order(scenario, judge);
                    let back: Vec<String> = order.iter().rev().cloned().collect();
                    (Answer::Order(order), Answer::Order(back))
                }
                Format::Match => {
                    let pairs: BTreeMap<String, String> =
                        all.iter().map(|id| (id.clone(), id.clone())).collect();
                    let others = all.iter().cloned().zip(all.iter().cycle().skip(1).cloned());
                    (Answer::Match(pairs), Answer::Match(others.collect()))
                }
                Format::Repair { .. } => {
                    let text = |composed: compose::Composed| composed.text.as_str().to_owned();
                    let solved = compose::solution(scenario).map(text).expect("a repair has a solution");
                    (Answer::Repair(solved), Answer::Repair(text(compose::base(scenario))))
                }
                _ => {
                    let right = right_choices(scenario, judge);
                    let wrong: BTreeSet<String> = all.into_iter().filter(|id| !right.contains(id)).collect();
                    (Answer::Choices(right), Answer::Choices(wrong))
                }
            };
            let graded = grade(scenario, &right, judge);
            assert!(graded.is_right, "{}: {graded:#?}", scenario.id);
            assert!(!grade(scenario, &wrong, judge).is_right, "{}", scenario.id);
            let all_of_them = Answer::Choices(ids(scenario).into_iter().collect());
            assert!(!grade(scenario, &all_of_them, judge).is_right, "{}", scenario.id);
        }
    });
}

/// The reasons against an edited design of a lab.
fn reasons(id: &str, change: impl Fn(&str) -> String) -> String {
    with_judge(|catalog, judge| {
        let scenario = catalog.get(id).expect("the lab is there");
        let solved = compose::solution(scenario).expect("a lab has a solution").text.as_str().to_owned();
        let edited = change(&solved);
        assert_ne!(edited, solved, "the change changes something");
        let graded = grade::repair(scenario, &edited, judge);
        assert!(!graded.is_right, "{edited}");
        graded.reasons.into_iter().map(|reason| reason.text).collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn taking_out_or_asking_for_less_is_no_repair() {
    let lab = "lab-too-few-shards";
    let without = |part: &'static str, new: &'static str| move |text: &str| text.replace(part, new);
    let told = [
        ("less traffic", reasons(lab, without("rate: 3500/s", "rate: 10/s"))),
        ("another end", reasons(lab, without("work: {service: consumer}", "work: {service: s3}"))),
        (
            "no requirement",
            reasons(lab, |text| text.split("\nrequire:").next().unwrap_or_default().to_owned()),
        ),
        ("too few", reasons(lab, without("shards: 5", "shards: 3"))),
        (
            "allowed",
            reasons(lab, |text| {
                let text = text.replace("shards: 5", "shards: 3");
                format!("{text}\nallow:\n  - {{rule: shard-write-capacity, because: we hope}}\n")
            }),
        ),
    ];
    let told: Vec<String> = told.iter().map(|(change, said)| format!("{change}:\n{said}")).collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn made_questions_are_proved_and_the_same_for_a_seed() {
    with_judge(|catalog, judge| {
        let bank: Vec<&Scenario> = catalog.all().collect();
        let mut stems = BTreeSet::new();
        for seed in 1..=6 {
            let Some(made) = generate(&bank, seed, judge) else { continue };
            let again = generate(&bank, seed, judge).expect("the seed makes a question again");
            assert_eq!(made.text.as_str(), again.text.as_str(), "seed {seed}");
            let proof = prove::scenario(&made.scenario, judge);
            assert!(proof.found.is_empty(), "seed {seed}: {:#?}", proof.found);
            assert_eq!(right_choices(&made.scenario, judge).len(), 1);
            stems.insert(made.text.as_str().lines().skip(1).collect::<Vec<_>>().join("\n"));
        }
        assert!(stems.len() > 1, "different seeds make different questions");
    });
}

#[test]
fn the_bank_leaves_in_other_formats() {
    with_judge(|catalog, judge| {
        let chosen = ["firehose-misunderstood", "two-ways-to-keep-order", "cheapest-first"];
        let scenarios: Vec<&Scenario> =
            chosen.iter().map(|id| catalog.get(id).expect("it is there")).collect();
        let formats = [Other::Anki, Other::Csv, Other::Markdown, Other::Gift];
        let pages = formats.map(|format| format!("{format:?}\n{}", export(&scenarios, format, judge)));
        insta::assert_snapshot!(pages.join("\n========\n"));
        let all: Vec<&Scenario> =
            catalog.all().filter(|one| !matches!(one.format, Format::Predict(_))).collect();
        let anki = export(&all, Other::Anki, judge);
        let notes: Vec<&str> = anki.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(notes.len(), all.len(), "a note a line");
        assert!(notes.iter().all(|note| note.matches('\t').count() == 3), "four columns each");
        let ids: BTreeSet<&str> = notes.iter().filter_map(|note| note.split('\t').next()).collect();
        assert_eq!(ids.len(), notes.len(), "ids that tell notes apart");
    });
}
