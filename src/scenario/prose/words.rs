//! The words of one scenario: cues stand in the prompt, lengths give nothing away, everything fits a small terminal.

use unicode_width::UnicodeWidthStr as _;

use crate::diagnostic::{Diagnostic, Label};
use crate::scenario::model::{Choice, Format, Scenario, Verdict};
use crate::source::Span;

/// A terminal of the smallest usual width, without its margins.
const LINE: usize = 76;
/// A title stands beside other columns.
const TITLE: usize = 56;
/// Prompts and explanations, so that a question with its options fits one screen and a reason is read in one breath.
const PROMPT: usize = 900;
const OPTION: usize = 230;
const REASON: usize = 420;
const HINT: usize = 160;

/// Beyond these shares of the longest and shortest wrong option the length of a right one shows.
const LONGEST: f64 = 1.3;
const SHORTEST: f64 = 0.6;

pub(super) fn check(scenario: &Scenario) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    cues(scenario, &mut found);
    numbers(scenario, &mut found);
    widths(scenario, &mut found);
    lengths(scenario, &mut found);
    ends(scenario, &mut found);
    found
}

fn finding(rule: &str, span: Span, message: String) -> Diagnostic {
    Diagnostic::new(rule, Label::new(span, ""), message)
}

fn cues(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    for cue in scenario.cues.iter().filter(|cue| !scenario.prompt.contains(&cue.text)) {
        let message = format!("the prompt has no words \"{}\"", cue.text);
        found.push(finding("scenario-cue-not-in-prompt", cue.span, message));
    }
}

/// Every figure of the prompt belongs to a cue, so that none decides unseen.
fn numbers(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    if matches!(
        scenario.format,
        Format::Repair { .. } | Format::Predict(_) | Format::Match | Format::Order(_)
    ) {
        return;
    }
    let mut rest = scenario.prompt.clone();
    for cue in &scenario.cues {
        rest = rest.replace(&cue.text, " ");
    }
    let figures =
        rest.split_whitespace().filter(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    for figure in figures {
        let message = format!("no cue holds the figure `{figure}` of the prompt");
        found.push(finding("scenario-number-without-cue", scenario.prompt_span, message));
    }
}

fn widths(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let mut too_long = |span: Span, what: &str, text: &str, most: usize| {
        let length = text.width();
        if length > most {
            let message = format!("{what} has {length} characters; {most} are the most");
            found.push(finding("scenario-too-wide", span, message));
        }
    };
    too_long(scenario.id_span, "the title", &scenario.title, TITLE);
    too_long(scenario.prompt_span, "the prompt", &scenario.prompt, PROMPT);
    for choice in &scenario.choices {
        too_long(choice.span, "the text", &choice.text, OPTION);
        too_long(choice.span, "the explanation", &choice.because, REASON);
        too_long(choice.span, "`with`", choice.with.as_deref().unwrap_or_default(), LINE);
    }
    for hint in &scenario.hints {
        too_long(scenario.id_span, "a hint", hint, HINT);
    }
}

/// A right option that is far longer or shorter than the wrong ones is found without reading.
fn lengths(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let length = |choice: &&Choice| choice.text.chars().count() as f64;
    let is_right = |choice: &&Choice| choice.verdict == Verdict::Right;
    let (right, wrong): (Vec<&Choice>, Vec<&Choice>) = scenario.choices.iter().partition(is_right);
    let longest = wrong.iter().map(length).fold(0.0, f64::max);
    let shortest = wrong.iter().map(length).fold(f64::INFINITY, f64::min);
    if wrong.is_empty() || scenario.format.asked().is_none() {
        return;
    }
    for choice in right {
        let own = length(&choice);
        if own > longest * LONGEST || own < shortest * SHORTEST {
            let message = format!(
                "`{}` is right and has {own} characters, the wrong options {shortest} to {longest}",
                choice.id
            );
            found.push(finding("scenario-answer-shows", choice.span, message));
        }
    }
}

/// Everything is said in sentences.
fn ends(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let is_sentence = |text: &str| text.ends_with(['.', '?', '!', ':']);
    let mut sentence = |span: Span, what: &str, text: &str| {
        if !is_sentence(text) {
            found.push(finding(
                "scenario-no-sentence",
                span,
                format!("{what} does not end as a sentence does"),
            ));
        }
    };
    sentence(scenario.prompt_span, "the prompt", &scenario.prompt);
    for choice in &scenario.choices {
        sentence(choice.span, "the explanation", &choice.because);
        if scenario.format.asked().is_some() {
            sentence(choice.span, "the text", &choice.text);
        }
    }
    for hint in &scenario.hints {
        sentence(scenario.id_span, "a hint", hint);
    }
}
