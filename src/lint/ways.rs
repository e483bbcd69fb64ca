//! Ways out of an impossible flow: the shortest valid routes through the knowledge graph that keep what the design
//! requires.
//!
//! A route is tried out: the design is changed as if somebody had taken it, and judged. One that would break a
//! requirement is not offered, unless other settings of what lies on it help; these are then named.

use std::sync::Arc;

use crate::analysis::Analysis;
use crate::design;
use crate::design::{Design, Node, Role};
use crate::knowledge::Knowledge;
use crate::knowledge::practice::{Practice, Values};
use crate::knowledge::routes::{self, Route};
use crate::lint::surroundings::Ground;
use crate::source::{self, Text};

/// How many routes a finding offers.
const MOST: usize = 3;
/// So many routes are tried out.
const MOST_TRIED: usize = 12;
/// So many services may lie on a route that is tried out.
const MOST_BETWEEN: usize = 2;
/// So many ways to set up what lies on a route are tried.
const MOST_CHOICES: usize = 6;
/// In larger designs nothing is tried out: that would take longer than anybody waits for a finding.
const MOST_NODES: usize = 60;

/// The routes from the flow's source to its target, in words that name the design's own nodes. Where none leads from
/// the source (nothing reads from Firehose, say) those from what feeds it, around it.
pub(super) fn out(ground: Ground<'_>, flow: usize) -> Vec<String> {
    let design = ground.design;
    let this = &design.flows[flow];
    let found = from(ground, flow, this.from);
    if !found.is_empty() {
        return found;
    }
    let feeding: Vec<usize> = design
        .incoming(this.from)
        .filter(|(_, incoming)| incoming.role == Role::Flow && incoming.from != this.to)
        .map(|(_, incoming)| incoming.from)
        .collect();
    feeding.into_iter().flat_map(|node| from(ground, flow, node)).take(MOST).collect()
}

fn from(ground: Ground<'_>, flow: usize, from: usize) -> Vec<String> {
    let Ground { design, knowledge, .. } = ground;
    let (start, end) = (&design.nodes[from], &design.nodes[design.flows[flow].to]);
    let ends = (start.service.as_str(), end.service.as_str());
    let taken =
        |route: &Route, with: &str| format!("take the route {}{with}", named(route, &start.id, &end.id));
    if design.requirements.is_empty() || design.nodes.len() > MOST_NODES {
        let routes = routes::shortest(knowledge, ends.0, ends.1, design.as_of, MOST);
        return routes.iter().map(|route| taken(route, "")).collect();
    }
    let routes = routes::all(knowledge, ends, design.as_of, MOST_BETWEEN, MOST_TRIED);
    let tried = |route: &Route| {
        let kept = Trial { ground, flow, from, route }.keeps().ok()?;
        Some((kept.open, taken(route, &kept.with)))
    };
    let mut kept: Vec<(usize, String)> = routes.iter().filter_map(tried).collect();
    kept.sort_by_key(|(open, _)| *open);
    let kept: Vec<String> = kept.into_iter().map(|(_, words)| words).take(MOST).collect();
    match routes.first() {
        Some(shortest) if kept.is_empty() => {
            let broken = Trial { ground, flow, from, route: shortest }.keeps().err().unwrap_or_default();
            let route = named(shortest, &start.id, &end.id);
            vec![format!(
                "change what is required, or the ends: the shortest route, {route}, breaks {broken}"
            )]
        }
        _ => kept,
    }
}

/// `ingest -> NEW firehose -> archive`.
fn named(route: &Route, from: &str, to: &str) -> String {
    let mut steps = vec![from.to_owned()];
    steps.extend(between(route).iter().map(|service| format!("NEW {service}")));
    steps.push(to.to_owned());
    format!("`{}`", steps.join(" -> "))
}

fn between(route: &Route) -> &[String] {
    &route.services[1..route.services.len() - 1]
}

/// A route in place of a flow.
struct Trial<'a> {
    ground: Ground<'a>,
    flow: usize,
    from: usize,
    route: &'a Route,
}

/// How a route keeps what is required.
struct Kept {
    /// Of how many requirements nobody can say whether they are kept.
    open: usize,
    /// With which settings, in words that follow the name of the route.
    with: String,
}

impl Trial<'_> {
    /// How the route keeps what is required, or what it breaks.
    fn keeps(&self) -> Result<Kept, String> {
        let services = between(self.route);
        let choices: Vec<Vec<&Values>> = services.iter().map(|service| choices(service)).collect();
        let count: usize = choices.iter().map(Vec::len).product();
        let mut first = None;
        for mut number in 0..count.min(MOST_CHOICES) {
            let mut setup = Vec::new();
            for choices in &choices {
                setup.push(choices[number % choices.len()]);
                number /= choices.len();
            }
            let (broken, open) = self.broken(&setup);
            if broken.is_empty() {
                return Ok(Kept { open, with: in_words(services, &setup) });
            }
            first.get_or_insert(broken.join(" and "));
        }
        Err(first.unwrap_or_default())
    }

    /// The requirements that the changed design breaks and the design as it is does not, and how many it leaves open.
    fn broken(&self, setup: &[&Values]) -> (Vec<String>, usize) {
        let Ground { design, knowledge, analysis, .. } = self.ground;
        let nodes = between(self.route).iter().zip(setup);
        let nodes =
            nodes.filter_map(|(service, values)| new_node(service, values, design, knowledge)).collect();
        let changed = design.rerouted(knowledge, self.flow, self.from, nodes);
        let verdicts = Analysis::of(&changed, knowledge).verdicts;
        let both = design.requirements.iter().zip(analysis.verdicts.iter().zip(&verdicts));
        let broken =
            both.filter(|(_, (before, after))| before.kept != Some(false) && after.kept == Some(false));
        let broken = broken.map(|(requirement, _)| format!("`{}`", requirement.kind.keyword())).collect();
        (broken, verdicts.iter().filter(|verdict| verdict.kept.is_none()).count())
    }
}

/// The ways to set up a service: as it comes, and as good practice has it.
fn choices(service: &str) -> Vec<&'static Values> {
    static NOTHING: Values = Vec::new();
    let practice = Practice::embedded().services.get(service);
    let of_practice = practice.map(|practice| practice.choices.as_slice()).unwrap_or_default();
    std::iter::once(&NOTHING).chain(of_practice.iter().filter(|values| !values.is_empty())).collect()
}

/// A node of a service with these settings, as if it stood in the design's file.
fn new_node(service: &str, values: &Values, design: &Design, knowledge: &Knowledge) -> Option<Node> {
    let practice = Practice::embedded().services.get(service);
    let set = practice.map(|practice| practice.set.as_slice()).unwrap_or_default();
    let settings =
        set.iter().chain(values).map(|(name, value)| format!("    {name}: {}\n", source::line(value)));
    let settings: String = settings.collect();
    let text = format!("as_of: {}\nnodes:\n  new:\n    service: {service}\n{settings}", design.as_of);
    design::lower(Arc::new(Text::new("new", text)), knowledge).design?.nodes.into_iter().next()
}

/// ` with `buffer: {interval: 0s}` at `firehose``, or nothing where nothing need be set.
fn in_words(services: &[String], setup: &[&Values]) -> String {
    let of_one = |(service, values): (&String, &&Values)| {
        let settings = values.iter().map(|(name, value)| format!("`{name}: {}`", source::line(value)));
        let settings: Vec<String> = settings.collect();
        (!settings.is_empty()).then(|| format!("{} at `{service}`", settings.join(" and ")))
    };
    let words: Vec<String> = services.iter().zip(setup).filter_map(of_one).collect();
    if words.is_empty() { String::new() } else { format!(", with {}", words.join(" and ")) }
}
