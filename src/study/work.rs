//! Work that takes a while: judging answers and running designs. Pure as the rest; whoever drives the app does it beside
//! the screen.

use std::sync::Arc;

use crate::design::{self, Lowered};
use crate::runtime::{Inputs, Options};
use crate::scenario::grade::{self, Grade, Reason};
use crate::scenario::{compose, prove};
use crate::source::Text;
use crate::study::library::Library;
use crate::study::recording::{self, Recording};
use crate::study::state::{Done, Job, Subject};

/// Does a piece of work.
#[must_use]
pub fn perform(job: Job, library: &Library) -> Done {
    match job {
        Job::Grade { scenario, answer, place } => {
            let judged = library.catalog.get(&scenario).zip(answer.as_ref());
            let grade = judged.map(|(scenario, answer)| grade::grade(scenario, answer, library.judge()));
            Done::Graded { scenario, place, grade: grade.unwrap_or_else(unanswered) }
        }
        Job::Run(subject) => Done::Ran(run(&subject, library).map(Arc::new)),
    }
}

fn unanswered() -> Grade {
    let reason = Reason { choice: None, is_right: false, text: "it was not answered".to_owned() };
    Grade { is_right: false, reasons: vec![reason] }
}

/// The file of a design; nothing where it is gone.
#[must_use]
pub fn text(subject: &Subject, library: &Library) -> Option<Arc<Text>> {
    match subject {
        Subject::File(place) => library.designs.get(*place).map(|file| Arc::clone(&file.text)),
        Subject::Choice(id, choice) => {
            let scenario = library.catalog.get(id)?;
            Some(match choice {
                None => compose::base(scenario).text,
                Some(choice) => compose::choice(scenario, scenario.choice(choice)?, None).text,
            })
        }
        Subject::Lab(id, text) => Some(Arc::new(Text::new(format!("{id}.thalweg.yaml"), text.clone()))),
    }
}

/// What is understood of a design.
#[must_use]
pub fn lowered(subject: &Subject, library: &Library) -> Option<Lowered> {
    text(subject, library).map(|text| design::lower(text, &library.knowledge))
}

fn run(subject: &Subject, library: &Library) -> Result<Recording, String> {
    let lowered = lowered(subject, library).ok_or("the design is gone")?;
    let design = lowered.design.ok_or("the file is no design; see what is found in it")?;
    let scenario = match subject {
        Subject::File(_) => None,
        Subject::Choice(id, _) | Subject::Lab(id, _) => library.catalog.get(id),
    };
    let options = scenario.map_or(Options::default(), prove::options);
    let none = Inputs::new();
    let inputs = match subject {
        Subject::File(place) => library.designs.get(*place).map_or(&none, |file| &file.inputs),
        _ => &none,
    };
    recording::record(&design, &library.knowledge, inputs, &options).map_err(|refusals| {
        let said: Vec<&str> = refusals.iter().map(|refusal| refusal.message.as_str()).collect();
        format!("the design does not run: {}", said.join("; "))
    })
}
