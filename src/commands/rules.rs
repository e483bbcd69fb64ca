//! `thalweg rules`: lists rules, tests them on their examples, and starts new ones.

mod new;
mod test;

use crate::cli::{Format, RulesAction, RulesList};
use crate::commands::Outcome;
use crate::commands::base::{Base, Refusal};
use crate::commands::output::{complain, print};
use crate::report::look::Look;
use crate::report::rules;

/// Lists, tests or starts rules.
#[must_use]
pub fn run(arguments: &crate::cli::Rules, look: Look) -> Outcome {
    match &arguments.action {
        RulesAction::List(list) => said(list_of(list), look),
        RulesAction::Test(test) => said(test::run(test, look), look),
        RulesAction::New(new) => new::run(new).unwrap_or_else(|message| {
            complain(message);
            Outcome::Failed
        }),
    }
}

fn said(outcome: Result<Outcome, Refusal>, look: Look) -> Outcome {
    outcome.unwrap_or_else(|refusal| {
        refusal.tell(look);
        Outcome::Failed
    })
}

fn list_of(arguments: &RulesList) -> Result<Outcome, Refusal> {
    let base = Base::with_packs(&arguments.packs, None)?;
    let page = match arguments.format {
        Format::Human => rules::list(base.rules.all()),
        Format::Json => rules::json(base.rules.all()),
    };
    Ok(shown(&page, Outcome::Clean))
}

/// Prints a page; what cannot be printed is a failure.
fn shown(page: &str, outcome: Outcome) -> Outcome {
    match print(page) {
        Ok(()) => outcome,
        Err(error) => {
            complain(error);
            Outcome::Failed
        }
    }
}
