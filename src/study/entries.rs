//! The lists of the app: what there is to open on each screen that is a list, and what opens.

use crate::scenario::Scenario;
use crate::scenario::catalog::Exam;
use crate::study::recording::per_second;
use crate::study::schedule;
use crate::study::sitting;
use crate::study::state::{Opened, Quiz, Report, Screen, State};

/// Something to open.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is called.
    pub text: String,
    /// What stands behind it.
    pub end: String,
    /// What opens.
    pub opens: Opens,
}

/// What opens.
#[derive(Debug, Clone, PartialEq)]
pub enum Opens {
    /// What is due and what is new.
    Quiz,
    /// Questions whether due or not.
    Ahead,
    /// The list of labs.
    Labs,
    /// A lab.
    Lab(String),
    /// What can be explored.
    Explore,
    /// All services.
    Services,
    /// All topics.
    Topics,
    /// A topic.
    Topic(String),
    /// A service.
    Service(String),
    /// A design that the learner named.
    File(usize),
    /// A scenario, asked at once.
    Ask(String),
    /// The list of exams.
    Exams,
    /// An exam: its code, and the part of the real one.
    Sit(String, f64),
    /// An exam that was begun.
    Resume(String),
    /// What was missed.
    Missed,
    /// All that was missed, one after the other.
    AskMissed,
    /// Figures.
    Stats,
    /// A question of an exam that is sat, or of one that was.
    Question(usize),
    /// Hands in the exam.
    HandIn,
}

/// What there is to open on the screen that is seen, as far as the filter lets it through.
#[must_use]
pub fn entries(state: &State) -> Vec<Entry> {
    let top = state.top();
    let wanted = top.filter.to_lowercase();
    let fits = |entry: &Entry| wanted.is_empty() || entry.text.to_lowercase().contains(&wanted);
    all(state, top).into_iter().filter(fits).collect()
}

fn all(state: &State, top: &Opened) -> Vec<Entry> {
    match &top.screen {
        Screen::Home => home(state),
        Screen::Quiz(quiz) => quiz_is_over(state, quiz),
        Screen::Explore => explore(state),
        Screen::Services => services(state),
        Screen::Topics => topics(state),
        Screen::Topic(topic) => scenarios(state, topic),
        Screen::Card(service) => integrations(state, service),
        Screen::Labs => labs(state),
        Screen::Exams => exams(state),
        Screen::Report(report) => wrong(state, report),
        Screen::Missed => missed(state),
        Screen::Exam(sitting, true) => grid(state, sitting),
        Screen::Design(drawn) => {
            let nodes = drawn.lowered.design.iter().flat_map(|design| &design.nodes);
            nodes.map(|node| entry(&node.id, &node.service, Opens::Service(node.service.clone()))).collect()
        }
        _ => Vec::new(),
    }
}

fn entry(text: impl Into<String>, end: impl Into<String>, opens: Opens) -> Entry {
    Entry { text: text.into(), end: end.into(), opens }
}

fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn home(state: &State) -> Vec<Entry> {
    let load = schedule::load(&state.library, &state.progress, &state.wish, state.today());
    let labs = state.library.labs(&state.wish).count();
    let missed = schedule::missed(&state.library, &state.progress, &state.wish).len();
    let begun = state.sittings.len();
    let due = if state.cram {
        "leaves the schedule alone".to_owned()
    } else {
        format!("{} due, {} new", load.due, load.new)
    };
    vec![
        entry(if state.cram { "Quiz, to cram" } else { "Quiz" }, due, Opens::Quiz),
        entry("Labs", counted(labs, "design to mend", "designs to mend"), Opens::Labs),
        entry("Explore", "services, scenarios, designs", Opens::Explore),
        entry(
            "Exam",
            if begun == 0 {
                "timed, by the guide".to_owned()
            } else {
                counted(begun, "to go on with", "to go on with")
            },
            Opens::Exams,
        ),
        entry("Missed", counted(missed, "question", "questions"), Opens::Missed),
        entry("Stats", counted(state.progress.answers(), "answer", "answers"), Opens::Stats),
    ]
}

fn quiz_is_over(state: &State, quiz: &Quiz) -> Vec<Entry> {
    if quiz.question.is_some() {
        return Vec::new();
    }
    let mut entries = Vec::new();
    if !quiz.all && !quiz.is_queue {
        entries.push(entry("Go on with what is known least", "", Opens::Ahead));
    }
    if !schedule::missed(&state.library, &state.progress, &state.wish).is_empty() {
        entries.push(entry("Look at what was missed", "", Opens::Missed));
    }
    entries
}

fn explore(state: &State) -> Vec<Entry> {
    let library = &state.library;
    let mut entries: Vec<Entry> = library
        .designs
        .iter()
        .enumerate()
        .map(|(place, file)| entry(&file.name, "design", Opens::File(place)))
        .collect();
    entries.push(entry(
        "Services",
        counted(library.knowledge.ids().count(), "card", "cards"),
        Opens::Services,
    ));
    entries.push(entry(
        "Scenarios",
        counted(library.wished(&state.wish).count(), "scenario", "scenarios"),
        Opens::Topics,
    ));
    entries
}

fn services(state: &State) -> Vec<Entry> {
    let knowledge = &state.library.knowledge;
    let cards = knowledge.ids().filter_map(|id| knowledge.card(id));
    cards.map(|card| entry(&card.name, &card.id, Opens::Service(card.id.clone()))).collect()
}

fn topics(state: &State) -> Vec<Entry> {
    let library = &state.library;
    let count = |topic: &str| library.wished(&state.wish).filter(|scenario| scenario.topic == topic).count();
    let topics = library.catalog.index.topics.iter().map(|topic| (topic, count(&topic.id)));
    topics
        .filter(|(_, count)| *count > 0)
        .map(|(topic, count)| entry(&topic.title, count.to_string(), Opens::Topic(topic.id.clone())))
        .collect()
}

fn scenarios(state: &State, topic: &str) -> Vec<Entry> {
    let of_topic = state.library.wished(&state.wish).filter(|scenario| scenario.topic == topic);
    of_topic
        .map(|scenario| {
            let is_lab = matches!(scenario.format, crate::scenario::Format::Repair { .. });
            let opens =
                if is_lab { Opens::Lab(scenario.id.clone()) } else { Opens::Ask(scenario.id.clone()) };
            entry(&scenario.title, how(state, scenario), opens)
        })
        .collect()
}

/// The format, and how it fared.
fn how(state: &State, scenario: &Scenario) -> String {
    let fared = match state.progress.asked(&scenario.id) {
        None => "",
        Some(asked) if asked.right => ", right last time",
        Some(_) => ", wrong last time",
    };
    format!("{}{fared}", scenario.format.as_str())
}

fn integrations(state: &State, service: &str) -> Vec<Entry> {
    let knowledge = &state.library.knowledge;
    let to = knowledge.card(service).into_iter().flat_map(|card| &card.sends).map(|integration| {
        entry(
            format!("to {}", integration.to),
            &integration.mechanism,
            Opens::Service(integration.to.clone()),
        )
    });
    let from = knowledge.ids().flat_map(|from| {
        knowledge.integrations(from, service).map(move |integration| {
            entry(format!("from {from}"), &integration.mechanism, Opens::Service(from.to_owned()))
        })
    });
    to.chain(from).collect()
}

fn labs(state: &State) -> Vec<Entry> {
    let labs = state.library.labs(&state.wish);
    labs.map(|scenario| {
        let end = match state.progress.asked(&scenario.id) {
            Some(asked) if asked.right => "mended",
            _ if state.labs.contains_key(&scenario.id) => "begun",
            _ => "",
        };
        entry(&scenario.title, end, Opens::Lab(scenario.id.clone()))
    })
    .collect()
}

/// The part of a real exam that the short one is.
const SHORT: f64 = 0.25;

fn exams(state: &State) -> Vec<Entry> {
    let mut entries: Vec<Entry> = state
        .sittings
        .iter()
        .map(|sitting| {
            let answered = sitting.answered(&state.library);
            let end = format!(
                "{answered} of {} answered, {} left",
                sitting.questions.len(),
                minutes(sitting.left_ms())
            );
            entry(format!("Go on with {}", sitting.exam), end, Opens::Resume(sitting.id.clone()))
        })
        .collect();
    let wished = |exam: &&Exam| state.wish.exam.as_ref().is_none_or(|code| *code == exam.code);
    for exam in state.library.catalog.index.exams.iter().filter(wished) {
        let wish = crate::study::library::Wish { exam: Some(exam.code.clone()), topic: None };
        let there = state.library.questions(&wish).count();
        for (part, name) in [(1.0, "whole"), (SHORT, "short")] {
            let count = ((f64::from(exam.questions) * part).round() as usize).min(there);
            if count > 0 {
                let time = u64::from(exam.minutes) * 60_000 * count as u64 / u64::from(exam.questions.max(1));
                let end = format!("{}, {}", counted(count, "question", "questions"), minutes(time));
                entries.push(entry(
                    format!("{}, {name}", exam.code),
                    end,
                    Opens::Sit(exam.code.clone(), part),
                ));
            }
        }
    }
    entries
}

/// A span of time in hours and minutes.
pub(super) fn minutes(ms: u64) -> String {
    let minutes = ms.div_ceil(60_000);
    if minutes < 120 {
        format!("{minutes} min")
    } else {
        format!("{} h {:02} min", minutes / 60, minutes % 60)
    }
}

fn wrong(state: &State, report: &Report) -> Vec<Entry> {
    let all = report.sitting.questions.iter().zip(&report.grades).enumerate();
    all.filter(|(_, (_, grade))| grade.as_ref().is_some_and(|grade| !grade.is_right))
        .filter_map(|(place, (question, _))| {
            let scenario = state.library.catalog.get(&question.scenario)?;
            Some(entry(&scenario.title, "wrong", Opens::Question(place)))
        })
        .collect()
}

fn missed(state: &State) -> Vec<Entry> {
    let missed = schedule::missed(&state.library, &state.progress, &state.wish);
    let mut entries = Vec::new();
    if missed.len() > 1 {
        entries.push(entry(
            "All of them, one after the other",
            counted(missed.len(), "question", "questions"),
            Opens::AskMissed,
        ));
    }
    entries.extend(missed.into_iter().map(|scenario| {
        entry(&scenario.title, state.library.topic(&scenario.topic), Opens::Ask(scenario.id.clone()))
    }));
    entries
}

fn grid(state: &State, sitting: &sitting::Sitting) -> Vec<Entry> {
    let questions = sitting.questions.iter().enumerate().map(|(place, question)| {
        let answered = if sitting::is_answered(question, &state.library) { "answered" } else { "open" };
        let flagged = if sitting.flagged.contains(&place) { ", flagged" } else { "" };
        entry(format!("Question {}", place + 1), format!("{answered}{flagged}"), Opens::Question(place))
    });
    std::iter::once(entry("Hand in", "", Opens::HandIn)).chain(questions).collect()
}

/// What a node counted, in a few words, for the list below a run.
pub(super) fn rate(came: f64, went: f64) -> String {
    format!("{} in, {} out", per_second(came), per_second(went))
}
