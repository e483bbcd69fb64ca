//! A design that is exported and imported again is the same design: nodes, flows, settings, promises, faults and
//! allowances.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use proptest::sample::Index;
use thalweg::design::difference::shown;
use thalweg::design::effective::{self, Effective, Origin};
use thalweg::design::settings::{SettingValue, Settings};
use thalweg::design::{self, Design, Role};
use thalweg::export::{cloudformation, render, terraform};
use thalweg::import::{self, Surroundings, build};
use thalweg::knowledge::Knowledge;
use thalweg::knowledge::schema::{Kind, Schema, SettingSpec};
use thalweg::lint::{self, Rules};
use thalweg::scenario::catalog::Catalog;
use thalweg::scenario::compose;
use thalweg::source::{Span, Text};

/// An export, and the design that it is read as; nothing where the design cannot be exported.
type Trip = fn(&Design, &Knowledge) -> Option<(String, Design)>;

fn through_cloudformation(design: &Design, knowledge: &Knowledge) -> Option<(String, Design)> {
    let template = render(&cloudformation::template(design, knowledge).ok()?);
    let back = read(&template, "template.yaml", None, knowledge);
    Some((template, back))
}

fn through_terraform(design: &Design, knowledge: &Knowledge) -> Option<(String, Design)> {
    let configuration = terraform::configuration(design, knowledge);
    if let (Err(refused), Ok(_)) = (&configuration, cloudformation::template(design, knowledge)) {
        let is_missing = |message: &str| message.ends_with("the provider of Terraform cannot set it");
        assert!(refused.iter().all(|refused| is_missing(&refused.message)), "{refused:#?}");
    }
    let configuration = configuration.ok()?;
    let back = read(&configuration.main, "main.tf", configuration.beside("main.tf").as_deref(), knowledge);
    Some((configuration.main, back))
}

fn read(text: &str, name: &str, beside: Option<&str>, knowledge: &Knowledge) -> Design {
    let text = Arc::new(Text::new(name, text));
    let mut reading = import::read(&text, Surroundings::alone(knowledge)).expect("a template");
    if let Some(said) = beside {
        reading.add_said(&Arc::new(Text::new("main.thalweg.yaml", said)));
    }
    assert!(reading.mistakes.is_empty(), "{:#?}", reading.mistakes);
    let lowered = build::lowered(&reading, knowledge);
    lowered.design.expect("a design")
}

fn lowered(text: &Arc<Text>, knowledge: &Knowledge) -> Option<Design> {
    let lowered = design::lower(Arc::clone(text), knowledge);
    if lowered.diagnostics.is_empty() { lowered.design } else { None }
}

/// Everything that is not as it was.
fn differences(before: &Design, after: &Design, knowledge: &Knowledge) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let ids = |design: &Design| -> BTreeMap<String, String> {
        design.nodes.iter().map(|node| (node.id.clone(), node.service.clone())).collect()
    };
    compare("nodes", &ids(before), &ids(after), &mut found);
    for (index, node) in before.nodes.iter().enumerate() {
        let Some(other) = after.index_of(&node.id) else { continue };
        let held = (&before.nodes[index].settings, &after.nodes[other].settings);
        let of_before = |path: &str| effective::setting(before, knowledge, index, path);
        let of_after = |path: &str| effective::setting(after, knowledge, other, path);
        settings(&node.service, (before, after), held, (&of_before, &of_after), &mut found);
    }
    let flows = |design: &Design| -> BTreeMap<String, usize> {
        let name = |flow: &design::Flow| {
            let via = design.integration(knowledge, flow).map_or("", |found| found.via.as_str());
            format!(
                "{} -{via}-> {} {}",
                design.nodes[flow.from].id,
                design.nodes[flow.to].id,
                flow.role.as_str()
            )
        };
        design.flows.iter().enumerate().map(|(index, flow)| (name(flow), index)).collect()
    };
    let (was, is) = (flows(before), flows(after));
    let names = |flows: &BTreeMap<String, usize>| flows.keys().map(|name| (name.clone(), ())).collect();
    compare("flows", &names(&was), &names(&is), &mut found);
    for (name, index) in was {
        let (Some(other), true) = (is.get(&name), before.flows[index].role == Role::Flow) else { continue };
        let flow = &before.flows[index];
        let ends = format!("{} -> {}", before.nodes[flow.from].service, before.nodes[flow.to].service);
        let held = (&flow.settings, &after.flows[*other].settings);
        let of_before = |path: &str| effective::flow_setting(before, knowledge, index, path);
        let of_after = |path: &str| effective::flow_setting(after, knowledge, *other, path);
        settings(&ends, (before, after), held, (&of_before, &of_after), &mut found);
    }
    let promised = |design: &Design| -> Vec<String> {
        let words = design.requirements.iter().map(|requirement| one_line(design, requirement.span));
        let faults = design.faults.iter().map(|fault| format!("{:?}", fault.kind));
        let allowed = design.allowances.iter().map(|allowance| format!("{:?}", allowance.rule));
        let mut all: Vec<String> = faults.chain(allowed).collect();
        all.push(format!("{} requirements", words.count()));
        all.extend([format!("{:?}", design.name), format!("{:?}", design.about), design.as_of.to_string()]);
        all
    };
    if promised(before) != promised(after) {
        found.insert(format!("said: {:?} became {:?}", promised(before), promised(after)));
    }
    found
}

fn one_line(design: &Design, span: Span) -> String {
    design.text.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compare<V: PartialEq + std::fmt::Debug>(
    what: &str,
    before: &BTreeMap<String, V>,
    after: &BTreeMap<String, V>,
    found: &mut BTreeSet<String>,
) {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        match (before.get(name), after.get(name)) {
            (was, is) if was == is => {}
            (None, _) => _ = found.insert(format!("{what}: {name} came up")),
            (_, None) => _ = found.insert(format!("{what}: {name} is gone")),
            (was, is) => _ = found.insert(format!("{what}: {name} was {was:?} and is {is:?}")),
        }
    }
}

/// What an export sets by itself where a design says nothing: failures are logged, and what follows from other settings
/// is written out.
const OF_THE_EXPORT: [(&str, &str); 3] =
    [("firehose", "error_logging"), ("firehose", "prefix"), ("managed-flink", "parallelism")];

type Holds<'a> = &'a dyn Fn(&str) -> Option<Effective>;

fn settings(
    owner: &str,
    (before, after): (&Design, &Design),
    (was, is): (&Settings, &Settings),
    (of_before, of_after): (Holds<'_>, Holds<'_>),
    found: &mut BTreeSet<String>,
) {
    let value = |design: &Design, holds: Holds<'_>, path: &str| {
        let found = holds(path)?;
        let span = match found.origin {
            Origin::Declared { value, .. } => value,
            Origin::Default(_) => Span::at(0),
        };
        Some(shown(design, &found.value, span))
    };
    let (was, is) = (paths(was), paths(is));
    for path in was.keys().chain(is.keys()).collect::<BTreeSet<_>>() {
        let (left, right) = (value(before, of_before, path), value(after, of_after, path));
        // What the design leaves open is asked of whoever deploys.
        let is_open = !was.contains_key(path) && is.get(path) == Some(&true);
        let is_added = !was.contains_key(path) && OF_THE_EXPORT.contains(&(owner, path.as_str()));
        if left != right && !is_open && !is_added {
            found.insert(format!("{owner}: {path} was {left:?} and is {right:?}"));
        }
    }
}

/// The dotted paths of settings, and whether nobody knows their values.
fn paths(settings: &Settings) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for (name, setting) in &settings.0 {
        match &setting.value {
            SettingValue::Mapping(inner) => {
                found.extend(
                    paths(inner).into_iter().map(|(path, is_open)| (format!("{name}.{path}"), is_open)),
                );
            }
            value => _ = found.insert(name.clone(), matches!(value, SettingValue::Undetermined)),
        }
    }
    found
}

/// All designs of the repository: fixtures, scenarios that are run, and every option of every question.
fn designs() -> Vec<Arc<Text>> {
    let mut texts = Vec::new();
    for folder in ["tests/fixtures/export", "scenarios", "scenarios/founding"] {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
        files.sort();
        texts.extend(files.iter().map(|file| {
            Arc::new(Text::new(file.to_str().unwrap().to_owned(), fs::read_to_string(file).unwrap()))
        }));
    }
    let catalog = Catalog::embedded();
    for scenario in catalog.all() {
        texts.push(compose::base(scenario).text);
        texts.extend(compose::solution(scenario).map(|composed| composed.text));
    }
    texts
}

fn differ(trip: Trip, least: usize) {
    let knowledge = Knowledge::embedded();
    let (mut count, mut found) = (0, BTreeSet::new());
    for text in designs() {
        let Some(design) = lowered(&text, &knowledge) else { continue };
        let Some((_, back)) = trip(&design, &knowledge) else { continue };
        count += 1;
        let differences = differences(&design, &back, &knowledge);
        found.extend(differences.into_iter().map(|difference| format!("{difference} ({})", text.name())));
    }
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), Vec::from_iter(found).join("\n"));
    assert!(count >= least, "only {count} designs can be exported");
}

#[test]
fn designs_come_back_from_cloudformation() {
    differ(through_cloudformation, 30);
}

#[test]
fn designs_come_back_from_terraform() {
    differ(through_terraform, 30);
}

/// What a template says in a form that is not read as the setting: a filter as a pattern, units as the parallelism that
/// they give, fields as a query, and what is said of a cluster outside by the delivery into it.
const KEPT_ALL_THE_SAME: [&str; 13] = [
    "api-gateway-rest: timeout",
    "dynamodb: streams",
    "eventbridge-pipes: filter",
    "firehose: partition_by",
    "iot-core: filter",
    "managed-flink: kpus",
    "opensearch: index_rotation",
    "redshift: encryption",
    "redshift: nodes",
    "snowflake: database",
    "snowflake: schema",
    "snowflake: table",
    "sqs: high_throughput",
];

/// What a template says itself is not said again beside it, where it would hide a change of the template.
#[test]
fn only_what_a_template_cannot_say_is_kept_beside_it() {
    let knowledge = Knowledge::embedded();
    let mut again = BTreeSet::new();
    for text in designs() {
        let Some(design) = lowered(&text, &knowledge) else { continue };
        let Ok(template) = cloudformation::template(&design, &knowledge) else { continue };
        let said = template.metadata.unwrap_or_default();
        for (id, settings) in said["Thalweg"]["nodes"].as_object().into_iter().flatten() {
            let node = &design.nodes[design.index_of(id).expect("a node of the design")];
            let card = knowledge.card(&node.service).expect("a card");
            let has_property = |name: &&String| {
                card.settings.settings.get(*name).is_some_and(|spec| !spec.cloudformation.is_empty())
            };
            let is_new = settings.get("service").is_some();
            let names = settings.as_object().into_iter().flatten().map(|(name, _)| name);
            again.extend(
                names
                    .filter(has_property)
                    .filter(|_| !is_new)
                    .map(|name| format!("{}: {name}", node.service)),
            );
        }
    }
    let again: Vec<&str> = again.iter().map(String::as_str).collect();
    assert_eq!(again, KEPT_ALL_THE_SAME);
}

/// Services that exports know, and what they are drawn of.
fn services(knowledge: &Knowledge) -> Vec<String> {
    let known = |id: &str| {
        let text = Arc::new(Text::new("one", format!("nodes: {{one: {{service: {id}}}}}\n")));
        let design = design::lower(text, knowledge).design?;
        cloudformation::template(&design, knowledge).ok()
    };
    let ids = knowledge.ids().map(str::to_owned);
    ids.filter(|id| id == "firehose" || known(id).is_some()).collect()
}

/// A design drawn from what the cards allow: services in a chain with branches, and settings with values.
fn drawn(knowledge: &Knowledge, services: &[String], picks: &[Index]) -> String {
    let mut picks = picks.iter().cycle();
    let mut pick = |count: usize| picks.next().expect("a cycle has no end").index(count.max(1));
    let mut nodes = vec![services[pick(services.len())].clone()];
    let mut flows = Vec::new();
    for _ in 0..4 {
        let from = pick(nodes.len());
        let sends: Vec<&str> = knowledge
            .card(&nodes[from])
            .into_iter()
            .flat_map(|card| &card.sends)
            .filter(|sends| sends.role == "flow" && !sends.only_if_named && services.contains(&sends.to))
            .map(|sends| sends.to.as_str())
            .collect();
        if sends.is_empty() {
            continue;
        }
        nodes.push(sends[pick(sends.len())].to_owned());
        flows.push((from, nodes.len() - 1));
    }
    let mut text = String::from("nodes:\n");
    for (index, service) in nodes.iter().enumerate() {
        write!(text, "  n{index}:\n    service: {service}\n").expect("memory");
        let card = knowledge.card(service).expect("a card");
        text.push_str(&some(&card.settings, 4, &mut pick));
    }
    text.push_str("flows:\n");
    for (from, to) in flows {
        write!(text, "  - from: n{from}\n    to: n{to}\n").expect("memory");
        let mut sends = knowledge.integrations(&nodes[from], &nodes[to]);
        let sends = sends.find(|sends| sends.role == "flow" && !sends.only_if_named).expect("it was drawn");
        text.push_str(&some(&sends.settings, 4, &mut pick));
    }
    text
}

/// About a third of the settings of a schema.
fn some(schema: &Schema, indent: usize, pick: &mut dyn FnMut(usize) -> usize) -> String {
    let mut text = String::new();
    for spec in schema.settings.values() {
        if pick(3) > 0 {
            continue;
        }
        if let Some(value) = value(spec, indent, pick) {
            writeln!(text, "{:indent$}{}:{value}", "", spec.name).expect("memory");
        }
    }
    text
}

fn value(spec: &SettingSpec, indent: usize, pick: &mut dyn FnMut(usize) -> usize) -> Option<String> {
    Some(match &spec.kind {
        Kind::Choice(words) => format!(" {}", words[pick(words.len())]),
        Kind::Flag => format!(" {}", ["true", "false"][pick(2)]),
        Kind::Mapping(inner) => {
            let inner = some(inner, indent + 2, pick);
            if inner.is_empty() {
                return None;
            }
            format!("\n{}", inner.trim_end())
        }
        kind if kind.dimension().is_some() => {
            let range = spec.ranges.last()?;
            let bounds = [range.min, range.max];
            let bounds: Vec<_> = bounds.into_iter().flatten().collect();
            if bounds.is_empty() {
                return None;
            }
            format!(" {}", bounds[pick(bounds.len())])
        }
        _ => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn drawn_designs_come_back(picks in prop::collection::vec(any::<Index>(), 20..120)) {
        static GROUND: OnceLock<(Knowledge, Rules, Vec<String>)> = OnceLock::new();
        let (knowledge, rules, services) = GROUND.get_or_init(|| {
            let knowledge = Knowledge::embedded();
            let services = services(&knowledge);
            (knowledge, Rules::embedded(), services)
        });
        let text = drawn(knowledge, services, &picks);
        let file = Arc::new(Text::new("drawn.yaml", text.as_str()));
        let judged = design::lower(Arc::clone(&file), knowledge);
        let has_errors = lint::judge(&judged, knowledge, rules)
            .iter()
            .any(|found| found.severity == thalweg::diagnostic::Severity::Error);
        let Some(design) = judged.design.filter(|_| !has_errors) else { return Ok(()) };
        for trip in [through_cloudformation as Trip, through_terraform] {
            let Some((template, back)) = trip(&design, knowledge) else { continue };
            let found = differences(&design, &back, knowledge);
            prop_assert!(found.is_empty(), "{found:#?}\n{text}\n{template}");
        }
    }
}
