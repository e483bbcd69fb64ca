//! A shape set up by good practice, as the text of a design file.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::knowledge::Knowledge;
use crate::knowledge::practice::{OfFlow, Practice, Values};
use crate::source;
use crate::suggest::request::Request;
use crate::suggest::shapes::Shape;

/// So many ways to set up a shape are tried.
const MOST_CHOICES: usize = 12;
/// What services call the time for which they keep records.
const RETENTION: &str = "retention";

/// A design that may hold.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The file, without its name.
    pub(super) text: String,
    /// For each sink the ids along the way to it.
    pub(super) ways: Vec<Vec<String>>,
    /// What was chosen where there were alternatives.
    pub(super) chosen: Vec<String>,
}

/// A node with what it is given.
struct Node {
    id: String,
    service: String,
    because: String,
    settings: Vec<(String, String)>,
    open: bool,
}

/// The drafts of a shape: one for every combination of choices, at most a few.
pub(super) fn all<'a>(
    request: &'a Request,
    shape: &'a Shape,
    knowledge: &'a Knowledge,
) -> impl Iterator<Item = Draft> + 'a {
    let choices = choices(request, shape);
    let count: usize = choices.iter().map(|(_, choices)| choices.len()).product();
    (0..count.min(MOST_CHOICES)).map(move |mut number| {
        let mut setup = Setup::new(request, shape, knowledge);
        for (place, choices) in &choices {
            let choice = choices[number % choices.len()];
            number /= choices.len();
            setup.choose(*place, choice);
        }
        setup.finish()
    })
}

#[derive(Clone, Copy)]
enum Place {
    Node(usize),
    Flow(usize),
}

/// The places of a shape at which there is a choice.
fn choices<'a>(request: &Request, shape: &Shape) -> Vec<(Place, Vec<&'a Values>)> {
    let practice = Practice::embedded();
    let is_open = |node: usize, choices: &[Values]| {
        shape.given[node].is_none_or(|given| {
            let settled = &request.nodes[given].settings;
            let named = |name: &str| settled.iter().any(|(key, _)| key == name);
            request.nodes[given].open && !choices.iter().flatten().any(|(name, _)| named(name))
        })
    };
    let nodes = (0..shape.nodes.len()).filter_map(|node| {
        let choices = &practice.services.get(&shape.nodes[node])?.choices;
        (!choices.is_empty() && is_open(node, choices)).then(|| (Place::Node(node), choices.iter().collect()))
    });
    let flows = shape.flows.iter().enumerate().filter_map(|(index, (from, to))| {
        let choices: Vec<&Values> = of_flow(shape, (*from, *to)).flat_map(|found| &found.choices).collect();
        (!choices.is_empty()).then_some((Place::Flow(index), choices))
    });
    nodes.chain(flows).collect()
}

fn of_flow(shape: &Shape, (from, to): (usize, usize)) -> impl Iterator<Item = &'static OfFlow> {
    Practice::embedded().of_flow(&shape.nodes[from], &shape.nodes[to])
}

/// A draft in the making.
struct Setup<'a> {
    request: &'a Request,
    shape: &'a Shape,
    knowledge: &'a Knowledge,
    nodes: Vec<Node>,
    flows: Vec<Vec<(String, String)>>,
    taken: BTreeSet<String>,
    chosen: Vec<String>,
}

impl<'a> Setup<'a> {
    fn new(request: &'a Request, shape: &'a Shape, knowledge: &'a Knowledge) -> Self {
        let taken = request.nodes.iter().map(|node| node.id.clone()).collect();
        let flows = vec![Vec::new(); shape.flows.len()];
        let mut setup =
            Self { request, shape, knowledge, nodes: Vec::new(), flows, taken, chosen: Vec::new() };
        for (service, given) in shape.nodes.iter().zip(&shape.given) {
            let node = match given {
                Some(given) => setup.given(*given),
                None => setup.new_node(service),
            };
            setup.nodes.push(node);
        }
        setup.set_up_nodes();
        setup.set_up_flows();
        setup.keep_for_replay();
        setup
    }

    fn given(&self, index: usize) -> Node {
        let given = self.request.nodes[index].clone();
        let (id, service, because) = (given.id, given.service, given.because);
        Node { id, service, because, settings: given.settings, open: given.open }
    }

    fn new_node(&mut self, service: &str) -> Node {
        let practice = Practice::embedded().services.get(service);
        let word = practice.map_or(service, |practice| practice.word.as_str());
        let because = practice.map_or("", |practice| practice.because.as_str()).to_owned();
        let id = self.free(word);
        Node { id, service: service.to_owned(), because, settings: Vec::new(), open: true }
    }

    /// The word, with a number behind it where it is taken.
    fn free(&mut self, word: &str) -> String {
        let numbered = (2..).map(|number| format!("{word}-{number}"));
        let mut names = std::iter::once(word.to_owned()).chain(numbered);
        let id = names.find(|name| !self.taken.contains(name)).expect("numbers do not end");
        self.taken.insert(id.clone());
        id
    }

    fn set_up_nodes(&mut self) {
        for node in 0..self.shape.nodes.len() {
            let Some(practice) = Practice::embedded().services.get(&self.nodes[node].service) else {
                continue;
            };
            if self.nodes[node].open {
                if practice.code.is_some() {
                    self.assume_output(node);
                }
                add(&mut self.nodes[node].settings, &practice.set);
                self.keep(Place::Node(node), &practice.keeps);
            }
        }
    }

    /// What a node's code makes of a record is for its authors to say; until then one comes out for each that goes in.
    fn assume_output(&mut self, node: usize) {
        let card = self.knowledge.card(&self.nodes[node].service);
        let can = card.is_some_and(|card| card.settings.at("output.selectivity").is_some());
        let settings = &mut self.nodes[node].settings;
        if can && !settings.iter().any(|(name, _)| name == "output") {
            let size = self.request.record_size.as_ref();
            let size = size.map_or_else(String::new, |size| format!(", record_size: {size}"));
            settings.push(("output".to_owned(), format!("{{selectivity: 1{size}}}")));
        }
    }

    /// Keeps records for as long as they must be there to be read again.
    fn keep_for_replay(&mut self) {
        let Some((node, window)) = &self.request.replay else { return };
        let node = node.unwrap_or_else(|| self.kept());
        let card = self.knowledge.card(&self.nodes[node].service);
        let can = card.is_some_and(|card| card.settings.at(RETENTION).is_some());
        let settings = &mut self.nodes[node].settings;
        if can && !settings.iter().any(|(name, _)| name == RETENTION) {
            settings.push((RETENTION.to_owned(), window.clone()));
        }
    }

    fn set_up_flows(&mut self) {
        for (index, ends) in self.shape.flows.iter().enumerate() {
            for practice in of_flow(self.shape, *ends) {
                add(&mut self.flows[index], &practice.set);
                self.keep(Place::Flow(index), &practice.keeps);
                self.keep(Place::Node(ends.1), &practice.target_keeps);
            }
        }
    }

    /// Adds the keepers that settings of a place name.
    fn keep(&mut self, place: Place, keeps: &[(String, String)]) {
        for (setting, name) in keeps {
            let Some(keeper) = Practice::embedded().keepers.get(name) else { continue };
            if self.settings(place).iter().any(|(key, _)| key == setting) {
                continue;
            }
            let id = self.free(&keeper.word);
            self.settings(place).push((setting.clone(), id.clone()));
            let mut settings = Vec::new();
            add(&mut settings, &keeper.set);
            let (service, because) = (keeper.service.clone(), keeper.because.clone());
            self.nodes.push(Node { id, service, because, settings, open: true });
        }
    }

    fn settings(&mut self, place: Place) -> &mut Vec<(String, String)> {
        match place {
            Place::Node(node) => &mut self.nodes[node].settings,
            Place::Flow(flow) => &mut self.flows[flow],
        }
    }

    fn choose(&mut self, place: Place, choice: &Values) {
        let at = match place {
            Place::Node(node) => self.nodes[node].id.clone(),
            Place::Flow(flow) => {
                let (from, to) = self.shape.flows[flow];
                format!("{} -> {}", self.nodes[from].id, self.nodes[to].id)
            }
        };
        // What is counted is corrected later on, and shown where it is looked after.
        let counted = |name: &String| match place {
            Place::Node(node) => Practice::embedded()
                .services
                .get(&self.nodes[node].service)
                .is_some_and(|practice| practice.counted.contains(name)),
            Place::Flow(_) => false,
        };
        let words = choice.iter().filter(|(name, _)| !counted(name));
        let words: Vec<String> =
            words.map(|(name, value)| format!("{name}: {}", source::line(value))).collect();
        if !words.is_empty() {
            self.chosen.push(format!("{} at `{at}`", words.join(", ")));
        }
        add(self.settings(place), choice);
        if let Place::Node(node) = place {
            self.follow(node, choice);
        }
    }

    /// Hands on what the keepers of a node share with it.
    fn follow(&mut self, node: usize, choice: &Values) {
        let practice = Practice::embedded();
        let keeps = practice.services.get(&self.nodes[node].service).map(|found| found.keeps.as_slice());
        for (setting, name) in keeps.unwrap_or_default() {
            let Some(keeper) = practice.keepers.get(name) else { continue };
            let named = self.nodes[node].settings.iter().find(|(key, _)| key == setting);
            let Some(id) = named.map(|(_, id)| id.clone()) else { continue };
            let shared = choice.iter().filter(|(key, _)| keeper.follows.contains(key)).cloned().collect();
            if let Some(kept) = self.nodes.iter_mut().find(|kept| kept.id == id) {
                add(&mut kept.settings, &shared);
            }
        }
    }

    fn finish(self) -> Draft {
        let ways: Vec<Vec<String>> = self.request.sinks.iter().map(|sink| self.way_to(*sink)).collect();
        Draft { text: self.text(), ways, chosen: self.chosen }
    }

    /// The ids along the flows that lead to a node.
    fn way_to(&self, sink: usize) -> Vec<String> {
        let mut way = vec![sink];
        while let Some((from, _)) =
            self.shape.flows.iter().find(|(from, to)| Some(to) == way.last() && !way.contains(from))
        {
            way.push(*from);
        }
        way.iter().rev().map(|node| self.nodes[*node].id.clone()).collect()
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if let Some(about) = &self.request.about {
            writeln!(text, "about: {}", source::quoted(about)).expect("memory");
        }
        if let Some(day) = self.request.as_of {
            writeln!(text, "as_of: {day}").expect("memory");
        }
        text.push_str("\nnodes:\n");
        for node in &self.nodes {
            writeln!(text, "  # {}.", capitalised(&node.because)).expect("memory");
            writeln!(text, "  {}:\n    service: {}", written(&node.id), node.service).expect("memory");
            write_settings(&mut text, &node.settings);
        }
        text.push_str("\nflows:\n");
        for ((from, to), settings) in self.shape.flows.iter().zip(&self.flows) {
            let (from, to) = (&self.nodes[*from].id, &self.nodes[*to].id);
            if settings.is_empty() && written(from) == *from && written(to) == *to {
                writeln!(text, "  - {from} -> {to}").expect("memory");
            } else {
                writeln!(text, "  - from: {}\n    to: {}", written(from), written(to)).expect("memory");
                write_settings(&mut text, settings);
            }
        }
        let requirements: Vec<String> = self.request.requirements(&self.nodes[self.kept()].id).collect();
        if !requirements.is_empty() {
            text.push_str("\nrequire:\n");
        }
        for requirement in requirements {
            writeln!(text, "  - {requirement}").expect("memory");
        }
        text
    }

    /// The node that keeps records to be read again: the first stream, or the sink where there is none.
    fn kept(&self) -> usize {
        let is_stream =
            |service: &str| self.knowledge.card(service).is_some_and(|card| card.class == "stream");
        let stream =
            self.shape.flows.iter().map(|(_, to)| *to).find(|node| is_stream(&self.shape.nodes[*node]));
        stream.unwrap_or(self.request.sinks[0])
    }
}

/// An id as a scalar of YAML.
fn written(id: &str) -> String {
    let plain = |one: char| one.is_alphanumeric() || "_-".contains(one);
    let is_plain = id.starts_with(char::is_alphabetic) && id.chars().all(plain);
    if is_plain { id.to_owned() } else { source::quoted(id) }
}

fn write_settings(text: &mut String, settings: &[(String, String)]) {
    for (name, value) in settings {
        writeln!(text, "    {name}: {value}").expect("memory");
    }
}

/// Adds what is not there yet.
fn add(settings: &mut Vec<(String, String)>, values: &Values) {
    for (name, value) in values {
        if !settings.iter().any(|(key, _)| key == name) {
            settings.push((name.clone(), source::line(value)));
        }
    }
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect::<String>().replace('\n', " ")
    })
}
