//! `thalweg explain`: a rule, a service, or whether one service can send to another.

use crate::cli::Explain;
use crate::commands::Outcome;
use crate::commands::base::{Base, Refusal, or_failed};
use crate::commands::check::governing::Governed;
use crate::commands::output::print;
use crate::fields::nearest;
use crate::knowledge::card::Integration;
use crate::knowledge::{Knowledge, routes};
use crate::lint::Rules;
use crate::report::explanation;
use crate::report::look::Look;

/// How many routes between two services are shown.
const MOST_ROUTES: usize = 5;

/// Explains what was asked for; nothing asked for lists what there is.
#[must_use]
pub fn run(arguments: &Explain, look: Look) -> Outcome {
    or_failed(try_run(arguments, look), look)
}

fn try_run(arguments: &Explain, look: Look) -> Result<Outcome, Refusal> {
    let Base { knowledge, rules } = Governed::around(None, &arguments.basis)?.base;
    let page = match arguments.subjects.as_slice() {
        [] => lists(&knowledge, &rules, look),
        [subject] => one(subject, &knowledge, &rules, look)?,
        [from, to, ..] => two(from, to, &knowledge, look)?,
    };
    print(&page).map_err(|error| error.to_string())?;
    Ok(Outcome::Clean)
}

fn lists(knowledge: &Knowledge, rules: &Rules, look: Look) -> String {
    let rules: Vec<_> = rules.all().iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect();
    let services: Vec<_> = knowledge
        .ids()
        .filter_map(|id| knowledge.card(id))
        .map(|card| (card.id.clone(), card.name.clone()))
        .collect();
    format!("{}{}", explanation::list("Rules", &rules, look), explanation::list("Services", &services, look))
}

fn one(subject: &str, knowledge: &Knowledge, rules: &Rules, look: Look) -> Result<String, String> {
    if let Some(rule) = rules.get(subject) {
        return Ok(explanation::rule(rule, look));
    }
    if let Some(card) = knowledge.resolve(subject).and_then(|found| knowledge.card(found.id)) {
        return Ok(explanation::service(card, knowledge, look));
    }
    let rule = nearest(subject, rules.all().iter().map(|rule| rule.id.as_str()));
    let near = rule.or_else(|| knowledge.nearest(subject));
    Err(unknown(&format!("no rule and no service is called `{subject}`"), near))
}

fn two(from: &str, to: &str, knowledge: &Knowledge, look: Look) -> Result<String, String> {
    let card = |name: &str| {
        let found = knowledge.resolve(name).and_then(|found| knowledge.card(found.id));
        found.ok_or_else(|| unknown(&format!("no service is called `{name}`"), knowledge.nearest(name)))
    };
    let (from, to) = (card(from)?, card(to)?);
    let day = knowledge.as_of();
    let direct: Vec<&Integration> = knowledge
        .integrations(&from.id, &to.id)
        .filter(|integration| integration.role != "transform" && integration.validity.on(day))
        .collect();
    let misconceptions = knowledge.misconceptions();
    let misconception =
        misconceptions.iter().find(|known| known.from == from.id && known.to.as_ref() == Some(&to.id));
    let offered = direct.iter().any(|integration| !integration.only_if_named);
    let routes =
        if offered { Vec::new() } else { routes::shortest(knowledge, &from.id, &to.id, day, MOST_ROUTES) };
    Ok(explanation::pair((from, to), &direct, misconception, &routes, look))
}

fn unknown(message: &str, near: Option<&str>) -> String {
    match near {
        Some(near) => format!("{message}; did you mean `{near}`?"),
        None => format!("{message}; `thalweg explain` lists what there is"),
    }
}
