//! An exam that somebody sits: questions drawn by the domains of a guide, answers without a word on them, and the time.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;
use crate::scenario::catalog::Exam;
use crate::study::library::{Library, Wish};
use crate::study::question::Question;
use crate::study::shuffle::Lot;

/// An exam from its start until it is handed in. It is kept after every answer, so that it can be gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// Different for every exam that was ever sat.
    pub id: String,
    /// The exam's code.
    pub exam: String,
    /// How long it may take, in milliseconds.
    pub limit_ms: u64,
    /// How long it took so far; the time stands still while it is not open.
    pub used_ms: u64,
    /// The questions.
    pub questions: Vec<Question>,
    /// Questions to look at again, by their places.
    #[serde(default)]
    pub flagged: BTreeSet<usize>,
    /// The question that is open.
    #[serde(default)]
    pub at: usize,
}

impl Sitting {
    /// An exam with a part of the questions of the real one, in the same part of the time; with as many as there are
    /// where there are fewer. Nothing where there is none.
    #[must_use]
    pub fn draw(library: &Library, exam: &Exam, part: f64, id: String, lot: &mut Lot) -> Option<Self> {
        let wanted = (f64::from(exam.questions) * part).round() as usize;
        let drawn = drawn(library, exam, wanted, lot);
        if drawn.is_empty() {
            return None;
        }
        let limit_ms =
            u64::from(exam.minutes) * 60_000 * drawn.len() as u64 / u64::from(exam.questions.max(1));
        let questions = drawn.into_iter().map(|scenario| Question::new(scenario, lot.draw())).collect();
        Some(Self {
            id,
            exam: exam.code.clone(),
            limit_ms,
            used_ms: 0,
            questions,
            flagged: BTreeSet::new(),
            at: 0,
        })
    }

    /// The time that is left, in milliseconds.
    #[must_use]
    pub fn left_ms(&self) -> u64 {
        self.limit_ms.saturating_sub(self.used_ms)
    }

    /// How many questions are answered.
    #[must_use]
    pub fn answered(&self, library: &Library) -> usize {
        self.questions.iter().filter(|question| is_answered(question, library)).count()
    }
}

/// Whether a question has an answer; one whose scenario is gone has none.
#[must_use]
pub fn is_answered(question: &Question, library: &Library) -> bool {
    library.catalog.get(&question.scenario).is_some_and(|scenario| question.is_answered(scenario))
}

/// The domain that an exam asks a scenario for.
#[must_use]
pub fn domain(scenario: &Scenario, exam: &str) -> Option<u32> {
    scenario.exams.iter().find(|task| task.exam == exam).map(crate::scenario::ExamTask::domain)
}

/// Scenarios in the shares of the domains, in an order by lot. Domains that have too few give their places to others.
fn drawn<'a>(library: &'a Library, exam: &Exam, wanted: usize, lot: &mut Lot) -> Vec<&'a Scenario> {
    let wish = Wish { exam: Some(exam.code.clone()), topic: None };
    let mut pools: BTreeMap<u32, Vec<&Scenario>> = BTreeMap::new();
    let ids: Vec<String> = library.questions(&wish).map(|scenario| scenario.id.clone()).collect();
    for scenario in ids.iter().filter_map(|id| library.catalog.get(id)) {
        pools.entry(domain(scenario, &exam.code).unwrap_or(0)).or_default().push(scenario);
    }
    for pool in pools.values_mut() {
        lot.shuffle(pool);
    }
    let mut drawn = Vec::new();
    for (domain, count) in places(exam, wanted) {
        let pool = pools.entry(domain).or_default();
        drawn.extend(pool.drain(..count.min(pool.len())));
    }
    let mut rest: Vec<&Scenario> = pools.into_values().flatten().collect();
    lot.shuffle(&mut rest);
    let missing = wanted.saturating_sub(drawn.len()).min(rest.len());
    drawn.extend(rest.drain(..missing));
    lot.shuffle(&mut drawn);
    drawn
}

/// How many questions each domain gets: whole shares first, then the largest remainders.
fn places(exam: &Exam, wanted: usize) -> Vec<(u32, usize)> {
    let exact = |percent: u32| wanted as f64 * f64::from(percent) / 100.0;
    let mut places: Vec<(u32, usize, f64)> = exam
        .domains
        .iter()
        .map(|domain| {
            let exact = exact(domain.percent);
            (domain.number, exact.floor() as usize, exact.fract())
        })
        .collect();
    places.sort_by(|left, right| right.2.total_cmp(&left.2));
    let given: usize = places.iter().map(|(_, count, _)| count).sum();
    for place in places.iter_mut().take(wanted.saturating_sub(given)) {
        place.1 += 1;
    }
    places.into_iter().map(|(domain, count, _)| (domain, count)).collect()
}
