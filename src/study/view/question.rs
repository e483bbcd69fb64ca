//! A question: while it is asked, while an exam goes on, and once it is told why each option holds or falls.

use crate::scenario::grade::Grade;
use crate::scenario::{Choice, CueKind, Format, Scenario, Verdict, explain};
use crate::study::page::{Block, Item, Page, Piece, Take, Tone, plain, toned};
use crate::study::question::Question;
use crate::study::review::Mode;
use crate::study::sitting::Sitting;
use crate::study::state::{Asking, Quiz, Stage, State, Subject};
use crate::study::view::{design, listed};

/// The page of a quiz.
pub(super) fn quiz(state: &State, quiz: &Quiz) -> Page {
    let title = match quiz.mode {
        Mode::Quiz | Mode::Lab => "Quiz",
        Mode::Cram => "Quiz, to cram",
        Mode::Exam => "Exam, looked back at",
        Mode::Missed => "Missed",
    };
    let status =
        if quiz.answered > 0 { format!("{} of {} right", quiz.right, quiz.answered) } else { String::new() };
    let asked = quiz
        .question
        .as_ref()
        .and_then(|asking| Some((asking, state.library.catalog.get(&asking.question.scenario)?)));
    let Some((asking, scenario)) = asked else { return over(state, quiz, title, status) };
    let title = format!("{title} · {}", state.library.topic(&scenario.topic));
    let (mut blocks, mut aside) = (Vec::new(), Vec::new());
    match &asking.stage {
        Stage::Told(grade) => {
            told(state, (scenario, &asking.question), grade, &mut blocks);
            aside = picture(state, asking, scenario);
            aside.extend([Block::Gap, Block::Heading("The task, with the words that decide".to_owned())]);
            aside.extend(prompt(scenario, true));
        }
        stage => {
            blocks.extend(prompt(scenario, false));
            blocks.extend(choices(scenario, &asking.question));
            blocks.extend(hints(scenario, asking));
            match stage {
                Stage::Sure(_) => blocks.extend([
                    Block::Gap,
                    Block::Words(toned("How sure are you?  1 a guess   2 likely   3 sure", Tone::Strong)),
                ]),
                Stage::Judged(_) => {
                    blocks.extend([Block::Gap, Block::faint("The answer is being proved ...")]);
                }
                _ => {}
            }
        }
    }
    Page { title, status, blocks, aside, ..Page::default() }
}

fn over(state: &State, quiz: &Quiz, title: &str, status: String) -> Page {
    let words = match (quiz.answered, quiz.is_queue) {
        (0, false) => "Nothing is due, and nothing is new.",
        (_, true) => "That was all.",
        (_, false) => "All that is due today is answered.",
    };
    let mut blocks = vec![Block::words(words), Block::Gap];
    blocks.extend(listed(state));
    Page { title: title.to_owned(), status, blocks, ..Page::default() }
}

/// The page of a question in an exam, which says nothing of right or wrong.
pub(super) fn exam(state: &State, sitting: &Sitting) -> Page {
    let left = sitting.left_ms() / 1000;
    let clock = format!("{}:{:02}:{:02} left", left / 3600, left / 60 % 60, left % 60);
    let place = format!("question {} of {}", sitting.at + 1, sitting.questions.len());
    let flag = if sitting.flagged.contains(&sitting.at) { " · flagged" } else { "" };
    let title = format!("{} · {place}{flag}", sitting.exam);
    let question = sitting.questions.get(sitting.at);
    let asked =
        question.and_then(|question| Some((question, state.library.catalog.get(&question.scenario)?)));
    let blocks = match asked {
        None => vec![Block::faint("This question is no longer there. Go on with n.")],
        Some((question, scenario)) => {
            let mut blocks = prompt(scenario, false);
            blocks.extend(choices(scenario, question));
            blocks
        }
    };
    Page { title, status: clock, blocks, ..Page::default() }
}

/// The task in paragraphs, and what is to be done. Once it is told, the words that decide stand out.
fn prompt(scenario: &Scenario, told: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    for paragraph in scenario.prompt.split("\n\n") {
        let words = if told { cued(scenario, paragraph) } else { plain(paragraph) };
        blocks.extend([Block::Words(words), Block::Gap]);
    }
    let task = match &scenario.format {
        Format::Single | Format::Repair { .. } => return blocks,
        Format::Predict(counter) => {
            format!("What does a run count as `{}` at `{}`?", counter.name.replace('_', " "), counter.node)
        }
        Format::Multiple(count) => format!("Take {count}."),
        Format::Order(figure) => {
            format!("Put them in order by {}, the least first: J and K move a line.", figure.as_str())
        }
        Format::Match => "Give each line its words: the arrows to the sides change them.".to_owned(),
    };
    blocks.extend([Block::faint(task), Block::Gap]);
    blocks
}

/// A paragraph in which the words of cues that decide something are strong.
fn cued(scenario: &Scenario, paragraph: &str) -> Vec<Piece> {
    let mut places: Vec<(usize, usize)> = scenario
        .cues
        .iter()
        .filter(|cue| !matches!(cue.kind, CueKind::Noise))
        .filter_map(|cue| paragraph.find(&cue.text).map(|start| (start, start + cue.text.len())))
        .collect();
    places.sort_unstable();
    let (mut pieces, mut at) = (Vec::new(), 0);
    for (start, end) in places {
        if start < at {
            continue;
        }
        pieces.push(Piece::new(&paragraph[at..start], Tone::Plain));
        pieces.push(Piece::new(&paragraph[start..end], Tone::Strong));
        at = end;
    }
    pieces.push(Piece::new(&paragraph[at..], Tone::Plain));
    pieces
}

/// The options, not told yet.
fn choices(scenario: &Scenario, question: &Question) -> Vec<Block> {
    let words = question.words(scenario);
    let mut blocks: Vec<Block> = question
        .shown(scenario)
        .into_iter()
        .map(|choice| {
            let is_taken = question.taken.contains(&choice.id);
            let take = match scenario.format {
                Format::Single | Format::Predict(_) => Take::One(is_taken),
                Format::Multiple(_) => Take::Some(is_taken),
                Format::Order(_) | Format::Match | Format::Repair { .. } => Take::Open,
            };
            let end = match (&scenario.format, question.matched.get(&choice.id)) {
                (Format::Match, given) => {
                    let place = given.and_then(|given| words.iter().position(|(id, _)| id == given));
                    toned(
                        place.map_or("[?]".to_owned(), |place| format!("[{}]", letter(place))),
                        Tone::Strong,
                    )
                }
                _ => Vec::new(),
            };
            Block::Item(Item { take, text: plain(&*choice.text), end })
        })
        .collect();
    if matches!(scenario.format, Format::Match) {
        blocks.push(Block::Gap);
        blocks.extend(words.iter().enumerate().map(|(place, (_, words))| {
            Block::Words(vec![
                Piece::new(format!("  [{}] ", letter(place)), Tone::Strong),
                Piece::new(*words, Tone::Plain),
            ])
        }));
    }
    blocks
}

/// The letter of words to match.
fn letter(place: usize) -> char {
    char::from_u32(u32::from('a') + place as u32).filter(char::is_ascii_lowercase).unwrap_or('?')
}

fn hints(scenario: &Scenario, asking: &Asking) -> Vec<Block> {
    let shown = scenario.hints.iter().take(usize::from(asking.hints)).enumerate();
    shown
        .flat_map(|(place, hint)| {
            let piece = Piece::new(format!("Hint {}: ", place + 1), Tone::Warn);
            [Block::Gap, Block::Words(vec![piece, Piece::new(&**hint, Tone::Plain)])]
        })
        .collect()
}

/// What became of an answer: right or wrong, and why each option holds or falls.
fn told(state: &State, (scenario, question): (&Scenario, &Question), grade: &Grade, blocks: &mut Vec<Block>) {
    let verdict =
        if grade.is_right { Piece::new("right", Tone::Good) } else { Piece::new("wrong", Tone::Bad) };
    blocks.push(Block::Words(vec![
        Piece::new("Your answer is ", Tone::Plain),
        verdict,
        Piece::new(".", Tone::Plain),
    ]));
    blocks.push(Block::Gap);
    for choice in question.shown(scenario) {
        let reason = grade.reasons.iter().find(|reason| reason.choice.as_deref() == Some(&choice.id));
        let is_right = reason.is_some_and(|reason| reason.is_right);
        blocks.push(Block::Item(told_choice(scenario, question, choice, is_right)));
        let because = reason.map_or(choice.because.as_str(), |reason| reason.text.as_str());
        blocks.push(Block::Note(plain(because)));
        if let Some(rule) = explain::choice(choice, &state.library.rules).rule {
            blocks.push(Block::faint_note(format!("{}: {}", rule.id, rule.title)));
            blocks.push(Block::faint_note(format!("{} (checked {})", rule.url, rule.checked)));
        }
    }
    for reason in grade.reasons.iter().filter(|reason| reason.choice.is_none()) {
        blocks.push(Block::words(&*reason.text));
    }
    if let Some(lore) = &scenario.lore {
        let since = lore.since.map(|day| format!(" (since {day})")).unwrap_or_default();
        blocks.extend([
            Block::Gap,
            Block::Words(vec![
                Piece::new("Exams taught: ", Tone::Strong),
                Piece::new(&*lore.was, Tone::Plain),
            ]),
            Block::Words(vec![
                Piece::new(format!("Today{since}: "), Tone::Strong),
                Piece::new(&*lore.now, Tone::Plain),
            ]),
        ]);
    }
    for source in &scenario.sources {
        blocks.push(Block::faint(format!("{} (checked {})", source.url, source.checked)));
    }
}

/// An option with what it was taken for and what it is.
fn told_choice(scenario: &Scenario, question: &Question, choice: &Choice, is_right: bool) -> Item {
    let is_taken = question.taken.contains(&choice.id);
    let good = |text: &str| toned(text, Tone::Good);
    let bad = |text: &str| toned(text, Tone::Bad);
    let (take, end) = match &scenario.format {
        Format::Single | Format::Predict(_) | Format::Multiple(_) => {
            let take =
                if scenario.format.asked() == Some(1) { Take::One(is_taken) } else { Take::Some(is_taken) };
            let holds = is_right == is_taken;
            let end = match (holds, is_taken) {
                (true, true) => good("right, and taken"),
                (true, false) => bad("right, and not taken"),
                (false, true) => bad(&format!("wrong, taken: {}", falls(&choice.verdict))),
                (false, false) => toned(falls(&choice.verdict), Tone::Faint),
            };
            (take, end)
        }
        Format::Match => {
            let with = choice.with.as_deref().unwrap_or_default();
            (
                Take::Open,
                if is_right {
                    good(&format!("right: {with}"))
                } else {
                    bad(&format!("wrong; it is: {with}"))
                },
            )
        }
        Format::Order(_) | Format::Repair { .. } => {
            (Take::Open, if is_right { good("right place") } else { bad("wrong place") })
        }
    };
    Item { take, text: plain(&*choice.text), end }
}

/// By what an option falls, in a few words.
fn falls(verdict: &Verdict) -> String {
    match verdict {
        Verdict::FallsByRule(_) => "falls by a rule".to_owned(),
        Verdict::FallsByRequirement(kind) => format!("breaks the {} asked for", kind.replace('_', " ")),
        Verdict::FallsInRun(kind) => format!("breaks the {} in a run", kind.replace('_', " ")),
        Verdict::Dominated(figure) => format!("works, with more {}", figure.as_str()),
        Verdict::Counts { .. } => "not what the run counts".to_owned(),
        Verdict::Right | Verdict::Ranked => "holds".to_owned(),
    }
}

/// The design of the option that is marked.
fn picture(state: &State, asking: &Asking, scenario: &Scenario) -> Vec<Block> {
    let shown = asking.question.shown(scenario);
    let choice = shown.get(state.top().focus.min(shown.len().saturating_sub(1)));
    let choice =
        choice.filter(|_| !matches!(scenario.format, Format::Predict(_))).map(|choice| choice.id.clone());
    let subject = Subject::Choice(scenario.id.clone(), choice);
    let mut blocks = vec![Block::Heading("The design of what is marked".to_owned())];
    blocks.extend(design::picture(state, &subject));
    blocks
}
