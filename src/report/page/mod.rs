//! A finished run as one page for a browser: it needs nothing else, works without its script, follows the reader's light or
//! dark colours, and has the same bytes for the same run.
//!
//! Text comes into the page through `maud`, which escapes it; nothing of a design is markup.

mod over_time;
mod plot;
mod scale;
mod sections;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::analysis::Analysis;
use crate::design::Design;
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::report::page::over_time::Subject;
use crate::report::page::plot::{Time, in_script};
use crate::runtime::outcome::Outcome;
use crate::runtime::series::Series;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// The page may load nothing.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The design that was run.
    pub design: &'a Design,
    /// What is known of its services.
    pub knowledge: &'a Knowledge,
    /// The errors in spite of which it was run.
    pub errors: &'a [Diagnostic],
    /// What came of it.
    pub outcome: &'a Outcome,
    /// What was counted on the way.
    pub series: &'a Series,
    /// The command that makes the run again.
    pub command: &'a str,
}

/// The page as a document of HTML.
#[must_use]
pub fn render(page: Page<'_>) -> String {
    let at_us: Vec<u64> = page.series.frames.iter().map(|frame| frame.at_us).collect();
    let time = Time { at_us: &at_us, faults: &page.outcome.faults };
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { (page.outcome.design) " · a run of Thalweg" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (sections::head(page))
                main {
                    (sections::requirements(page))
                    (sections::errors(page))
                    (sections::graph(page))
                    (sections::faults(page))
                    (sections::sinks(page))
                    (latencies(page, time))
                    (nodes(page, time))
                    (sections::cost(page))
                }
                (sections::origin(page))
                script.data id="at" type="application/json" { (PreEscaped(in_script(&serde_json::json!(at_us)))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    document.into_string() + "\n"
}

/// The latencies of all paths.
fn latencies(page: Page<'_>, time: Time<'_>) -> Markup {
    let plots: Vec<_> =
        page.series.paths.iter().map(over_time::latencies).filter(plot::Plot::says_something).collect();
    html! {
        @if !page.outcome.paths.is_empty() {
            section #latency {
                h2 { "Latency" }
                (sections::table(&crate::report::run::paths(page.outcome), "Latency of each path"))
                @if !plots.is_empty() {
                    div.plots { @for plot in &plots { (plot.markup(time)) } }
                    p.note { "Over time percentiles are of the records that came in each interval, within a part in 32." }
                }
            }
        }
    }
}

/// What each node did.
fn nodes(page: Page<'_>, time: Time<'_>) -> Markup {
    let analysis = Analysis::of(page.design, page.knowledge);
    let subject = |node: usize| Subject {
        frames: &page.series.frames,
        node,
        id: &page.design.nodes[node].id,
        class: page.design.card(page.knowledge, node).map_or("", |card| card.class.as_str()),
        capacity: analysis.capacity(page.design, page.knowledge, node),
    };
    let plotted: Vec<_> = (0..page.design.nodes.len())
        .map(|node| (&page.outcome.nodes[node], subject(node).plots()))
        .filter(|(_, plots)| !plots.is_empty())
        .collect();
    html! {
        section #nodes {
            h2 { "Nodes" }
            (sections::node_table(page))
            @for (node, plots) in &plotted {
                article {
                    h3 { (node.id) " " span.service { (node.service) } }
                    div.plots { @for plot in plots { (plot.markup(time)) } }
                }
            }
        }
    }
}
