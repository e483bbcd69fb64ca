//! The page of a run: read by a strict reader, its figures are those of the report for machines, and nothing of a design
//! becomes markup.

use std::collections::BTreeSet;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::Event;
use thalweg::design::{self, Design};
use thalweg::diagnostic::{Diagnostic, Severity};
use thalweg::knowledge::Knowledge;
use thalweg::report::page::{self, Page};
use thalweg::report::run_json;
use thalweg::runtime::outcome::{NodeOutcome, Outcome};
use thalweg::runtime::series::{Sampler, Series};
use thalweg::runtime::{self, Inputs, Options, cost};
use thalweg::source::Text;

const CLICKS: &str = "name: clicks
nodes:
  web: {service: producer, traffic: {rate: 1500/s, record_size: 1 KiB, key: k, keys: {distinct: 100}}}
  in: {service: kds, shards: 1, encryption: aws-managed}
  lake: {service: firehose, buffer: {size: 5 MiB, interval: 60s}}
  archive: {service: s3}
flows: [web -> in -> lake -> archive]
require:
  - latency: {from: web, to: archive, p99: 10m}
    because: <b>soon</b> & whole
  - delivery: {to: archive, guarantee: at-least-once}
faults:
  - {kind: partition, at: in -> lake, start: 10s, duration: 20s}
";

struct Ran {
    design: Design,
    knowledge: Knowledge,
    outcome: Outcome,
    series: Series,
}

impl Ran {
    fn of(yaml: &str, duration: &str) -> Self {
        let knowledge = Knowledge::embedded();
        let lowered = design::lower(Arc::new(Text::new("d.yaml", yaml)), &knowledge);
        let is_error = |found: &Diagnostic| found.severity == Severity::Error;
        assert!(!lowered.diagnostics.iter().any(is_error), "{:#?}", lowered.diagnostics);
        let design = lowered.design.unwrap();
        let options = Options { seed: 3, duration: Some(duration.parse().unwrap()) };
        let topology = runtime::plan(&design, &knowledge, &Inputs::new(), &options).unwrap();
        let mut sampler = Sampler::new(&topology);
        let mut outcome = runtime::watch(topology, &options, &mut |_| {}, &mut |view| sampler.look(view));
        cost::measure(&design, &knowledge, &mut outcome);
        let series = sampler.finish(&outcome);
        Self { design, knowledge, outcome, series }
    }

    fn page(&self) -> String {
        page::render(Page {
            design: &self.design,
            knowledge: &self.knowledge,
            errors: &[],
            outcome: &self.outcome,
            series: &self.series,
            command: "thalweg run 'a b.yaml' --seed 3",
        })
    }
}

/// What a strict reader finds: the elements with their attributes, and the cells of each table with its section.
#[derive(Default)]
struct Read {
    elements: BTreeSet<String>,
    attributes: BTreeSet<String>,
    tables: Vec<(String, Vec<Vec<String>>)>,
    scripts: Vec<String>,
    links: Vec<String>,
    heading: String,
}

fn read(page: &str) -> Read {
    // The two elements that HTML never closes; all others have to be.
    let void = regex::Regex::new("<(meta|link)([^>]*)>").unwrap();
    let page = void.replace_all(page, "<$1$2/>");
    let mut reader = Reader::from_str(&page);
    let (mut read, mut open, mut section) = (Read::default(), Vec::<String>::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                let name = element.name().as_ref().to_owned();
                for attribute in element.attributes() {
                    let attribute = attribute.unwrap();
                    let key = attribute.key.as_ref().to_owned();
                    if name == "section" && key == "id" {
                        section = attribute.value.to_string();
                    }
                    if matches!(key.as_str(), "href" | "src" | "data" | "action" | "srcset" | "poster") {
                        read.links.push(attribute.value.to_string());
                    }
                    read.attributes.insert(key);
                }
                match name.as_str() {
                    "table" => read.tables.push((section.clone(), Vec::new())),
                    "tr" => read.tables.last_mut().unwrap().1.push(Vec::new()),
                    "td" | "th" => read.tables.last_mut().unwrap().1.last_mut().unwrap().push(String::new()),
                    "script" => read.scripts.push(String::new()),
                    _ => {}
                }
                read.elements.insert(name.clone());
                open.push(name);
            }
            Event::End(_) => drop(open.pop()),
            Event::Empty(element) => {
                let links =
                    element.attributes().map(Result::unwrap).filter(|found| found.key.as_ref() == "href");
                read.links.extend(links.map(|link| link.value.to_string()));
                read.elements.insert(element.name().as_ref().to_owned());
            }
            Event::Text(text) => read.write(&open, &text),
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                let known = [("lt", "<"), ("gt", ">"), ("amp", "&"), ("quot", "\"")];
                let (_, sign) = known.into_iter().find(|(known, _)| *known == name).unwrap();
                read.write(&open, sign);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    read
}

impl Read {
    fn write(&mut self, open: &[String], text: &str) {
        let within = |name: &str| open.iter().any(|open| open == name);
        if within("h1") {
            self.heading.push_str(text);
        } else if within("td") || within("th") {
            self.tables.last_mut().unwrap().1.last_mut().unwrap().last_mut().unwrap().push_str(text);
        } else if within("script") {
            self.scripts.last_mut().unwrap().push_str(text);
        }
    }

    /// The value of a column in the row of a node, in the first table of a section.
    fn cell(&self, section: &str, row: &str, column: &str) -> Option<&str> {
        let (_, rows) = self.tables.iter().find(|(name, _)| name == section).unwrap();
        let column = rows[0].iter().position(|head| head == column)?;
        let row = rows.iter().find(|cells| cells[0] == row)?;
        Some(&row[column])
    }
}

#[test]
fn the_figures_are_those_of_the_report_for_machines() {
    let ran = Ran::of(CLICKS, "2m");
    let read = read(&ran.page());
    let report: serde_json::Value = serde_json::from_str(&run_json::render(&ran.outcome, None)).unwrap();
    for (id, node) in report["nodes"].as_object().unwrap() {
        for (key, column) in [("in", "in"), ("out", "out"), ("throttled", "throttled"), ("lost", "lost")] {
            let shown = read.cell("nodes", id, column).unwrap();
            assert_eq!(shown, node[key].to_string(), "{id} {column}");
        }
    }
    assert!(report["nodes"]["web"]["throttled"].as_u64().unwrap() > 1_000, "the run turns records away");
    let sink = &report["sinks"]["archive"];
    assert_eq!(read.cell("sinks", "archive", "delivered").unwrap(), sink["delivered"].to_string());
    assert_eq!(read.cell("sinks", "archive", "lost").unwrap(), sink["lost"].to_string());
    let (_, required) = read.tables.iter().find(|(section, _)| section == "requirements").unwrap();
    for (row, verdict) in required[1..].iter().zip(report["requirements"].as_array().unwrap()) {
        let word = if verdict["met"].as_bool().unwrap() { "✓ met" } else { "✗ broken" };
        assert_eq!(row[0], word);
        assert!(row[1].starts_with(verdict["require"].as_str().unwrap()), "{row:?}");
        assert_eq!(row[2], verdict["measured"].as_str().unwrap());
    }
    assert!(required[1][1].ends_with("<b>soon</b> & whole"), "{:?}", required[1]);
}

#[test]
fn every_plot_has_its_table_and_its_data() {
    let page = Ran::of(CLICKS, "2m").page();
    let plots = page.matches("<figure class=\"plot\">").count();
    assert!(plots > 8, "{plots}");
    assert_eq!(page.matches("<summary>As a table</summary>").count(), plots);
    assert_eq!(page.matches("role=\"img\" aria-label=\"").count(), plots);
    let read = read(&page);
    // Beside those of the plots there are the instants, and the program that reads both.
    assert_eq!(read.scripts.len(), plots + 2);
    let instants: Vec<u64> = serde_json::from_str(&read.scripts[plots]).unwrap();
    for script in &read.scripts[..plots] {
        let data: serde_json::Value = serde_json::from_str(script).unwrap();
        for line in data["lines"].as_array().unwrap() {
            assert_eq!(line[1].as_array().unwrap().len(), instants.len() - 1, "{}", line[0]);
        }
    }
}

#[test]
fn the_same_run_gives_the_same_page() {
    assert_eq!(Ran::of(CLICKS, "2m").page(), Ran::of(CLICKS, "2m").page());
}

#[test]
fn nothing_of_a_design_becomes_markup() {
    let evil = "</title></script><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\"";
    let yaml = CLICKS
        .replace("name: clicks", &format!("name: {evil:?}\nabout: {evil:?}"))
        .replace("<b>soon</b> & whole", &format!("{evil:?}"));
    let (plain, read) = (read(&Ran::of(CLICKS, "10s").page()), read(&Ran::of(&yaml, "10s").page()));
    assert_eq!(read.heading, evil);
    assert_eq!(read.elements, plain.elements);
    assert_eq!(read.attributes, plain.attributes);
    assert!(!read.attributes.iter().any(|name| name.starts_with("on")), "{:?}", read.attributes);
    assert_eq!(read.scripts.len(), plain.scripts.len());
}

#[test]
fn the_page_loads_nothing() {
    let page = Ran::of(CLICKS, "10s").page();
    let read = read(&page);
    assert_eq!(read.links, ["data:,"]);
    assert!(!page.contains("url(") && !page.contains("@import") && !page.contains("import("));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_single_node_and_a_run_without_records_have_a_page() {
    let alone = "nodes:\n  web: {service: producer, traffic: {rate: 5/s, record_size: 1 KiB}}\n";
    let read_alone = read(&Ran::of(alone, "10s").page());
    assert_eq!(read_alone.heading, "d.yaml");
    let mut silent = Ran::of(CLICKS, "10s");
    for node in &mut silent.outcome.nodes {
        *node = NodeOutcome { id: node.id.clone(), service: node.service.clone(), ..NodeOutcome::default() };
    }
    silent.outcome.sinks.iter_mut().for_each(|sink| sink.delivered = 0);
    silent.outcome.duration_us = 0;
    silent.series.frames.truncate(1);
    silent.series.paths.iter_mut().for_each(|path| path.latencies.truncate(1));
    let page = silent.page();
    assert_eq!(read(&page).cell("sinks", "archive", "delivered"), Some("0"));
    assert!(!page.contains("<figure") && page.contains("Nothing was counted at web, in, lake, archive."));
    assert!(!page.contains("NaN") && !page.contains("inf"), "nothing is divided by nothing");
}
