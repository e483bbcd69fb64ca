//! The sections of the page that show what came of the run as a whole.

use maud::{Markup, PreEscaped, html};

use crate::drawing::{Graph, Mark, list, svg};
use crate::report::page::Page;
use crate::report::run;
use crate::report::table::Table;
use crate::runtime::outcome::{NodeOutcome, Outcome};
use crate::runtime::verdict::Verdict;
use crate::units::{Dimension, Duration, Money, Quantity};

/// The name, what came of the run in a line, and its figures.
pub(super) fn head(page: Page<'_>) -> Markup {
    let outcome = page.outcome;
    let sent: u64 =
        outcome.nodes.iter().filter(|node| node.service == "producer").map(|node| node.records_in).sum();
    let lost = outcome.sinks.iter().map(|sink| sink.lost).max().unwrap_or(0);
    html! {
        header {
            p.product { "Thalweg · run" }
            h1 { (outcome.design) }
            @if let Some(about) = &page.design.about { p.about { (about) } }
            (verdict(&outcome.verdicts))
            @if outcome.ended_early {
                p.note { "Ended early: producers were stopped, and what was on its way then arrived." }
            }
            dl.figures {
                div { dt { "virtual time" } dd { (run::time(outcome.duration_us)) } }
                div { dt { "records sent" } dd { (sent) } }
                div { dt { "lost, at the worst sink" } dd { (lost) } }
                @if let Some(cost) = &outcome.cost {
                    div { dt { "a month at this load" } dd { (least(cost.is_least)) (money(cost.month)) } }
                }
                div { dt { "seed" } dd { (outcome.seed) } }
            }
        }
    }
}

fn verdict(verdicts: &[Verdict]) -> Markup {
    let count = |met: Option<bool>| verdicts.iter().filter(|verdict| verdict.met == met).count();
    let (all, broken, unknown) = (verdicts.len(), count(Some(false)), count(None));
    html! {
        p.verdict {
            @if all == 0 { span.badge.unknown { "The design requires nothing" } }
            @else if broken > 0 { span.badge.broken { "✗ " (broken) " of " (all) " requirements broken" } }
            @else if unknown == all { span.badge.unknown { "? No requirement is measured by a run" } }
            @else { span.badge.met { "✓ " (all - unknown) " of " (all) " requirements met, none broken" } }
        }
    }
}

/// Each requirement with what was measured, and the words that it comes from.
pub(super) fn requirements(page: Page<'_>) -> Markup {
    let verdicts = &page.outcome.verdicts;
    let because =
        |index: usize| page.design.requirements.get(index).and_then(|required| required.because.as_deref());
    html! {
        @if !verdicts.is_empty() {
            section #requirements {
                h2 { "Requirements" }
                (scrolling("Requirements", &html! {
                    table {
                        thead { tr { th scope="col" { "" } th scope="col" { "required" } th scope="col" { "measured" } } }
                        tbody { @for (index, verdict) in verdicts.iter().enumerate() {
                            tr {
                                td { (met(verdict.met)) }
                                td {
                                    (verdict.require)
                                    @if let Some(because) = because(index) { p.note { (because) } }
                                }
                                td { (verdict.measured) }
                            }
                        } }
                    }
                }))
            }
        }
    }
}

fn met(met: Option<bool>) -> Markup {
    match met {
        Some(true) => html! { span.badge.met { "✓ met" } },
        Some(false) => html! { span.badge.broken { "✗ broken" } },
        None => html! { span.badge.unknown { "? unknown" } },
    }
}

/// The errors in spite of which the design was run.
pub(super) fn errors(page: Page<'_>) -> Markup {
    html! {
        @if !page.errors.is_empty() {
            section #errors {
                h2 { "Run in spite of errors" }
                ul { @for error in page.errors { li { code { (error.rule) } " " (error.message) } } }
            }
        }
    }
}

/// A count in five characters at the most.
fn amount(count: u64) -> String {
    let units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    let (scale, unit) =
        units.into_iter().find(|(scale, _)| count as f64 >= 10.0 * scale).unwrap_or((1.0, ""));
    Quantity::new(Dimension::Count, count as f64 / scale).approximate() + unit
}

/// The design's graph: amounts at the flows, marks at nodes that turned records away or lost them.
pub(super) fn graph(page: Page<'_>) -> Markup {
    let nodes = &page.outcome.nodes;
    let mut graph = Graph::of(page.design, &[]);
    graph.label_flows(
        |node| nodes.get(node).map(|node| amount(node.records_in)),
        |node| nodes.get(node).map(|node| amount(node.records_out)),
    );
    for (vertex, node) in graph.vertices.iter_mut().zip(nodes) {
        vertex.mark = mark(page.outcome, node);
    }
    let picture = svg::render(&graph, &format!("The graph of {}", page.outcome.design));
    html! {
        section #graph {
            h2 { "Design" }
            @if let Some(picture) = picture {
                (scrolling("The graph of the design", &html! { div.graph { (PreEscaped(picture)) } }))
                details { summary { "As a list" } pre { (list::render(&graph)) } }
            } @else {
                (scrolling("The graph of the design", &html! { pre { (list::render(&graph)) } }))
            }
            p.note {
                "At each flow the records that took it, where the run can tell. ✗ marks nodes that lost records, ▲ those that "
                "turned some away."
            }
        }
    }
}

fn mark(outcome: &Outcome, node: &NodeOutcome) -> Option<Mark> {
    let sink = outcome.sinks.iter().find(|sink| sink.id == node.id);
    match (node.lost + sink.map_or(0, |sink| sink.lost), node.throttled) {
        (0, 0) => None,
        (0, _) => Some(Mark::Warning),
        _ => Some(Mark::Error),
    }
}

/// What went wrong on purpose, and what that did to the sinks.
pub(super) fn faults(page: Page<'_>) -> Markup {
    let faults = &page.outcome.faults;
    html! {
        @if !faults.is_empty() {
            section #faults {
                h2 { "Faults" }
                ul { @for fault in faults { li {
                    (fault.words) span.note { " (until " (run::time(fault.end_us)) ")" }
                } } }
                (table(&run::suffered(page.outcome), "What faults did to the sinks"))
            }
        }
    }
}

/// What came of the records.
pub(super) fn sinks(page: Page<'_>) -> Markup {
    let bad = run::bad_lines(page.outcome);
    html! {
        section #sinks {
            h2 { "What arrived" }
            (table(&run::sinks(page.outcome), "What arrived at each sink"))
            @if !bad.is_empty() { pre { (bad.join("\n")) } }
        }
    }
}

/// The counters of all nodes, and which of them nothing came to.
pub(super) fn node_table(page: Page<'_>) -> Markup {
    let idle: Vec<&str> = page
        .outcome
        .nodes
        .iter()
        .filter(|node| !run::did_something(node))
        .map(|node| node.id.as_str())
        .collect();
    html! {
        (table(&run::nodes(page.outcome), "What each node counted"))
        @if !idle.is_empty() { p.note { "Nothing was counted at " (idle.join(", ")) "." } }
    }
}

/// What the run costs, by node.
pub(super) fn cost(page: Page<'_>) -> Markup {
    let Some(cost) = &page.outcome.cost else { return html! {} };
    let most = cost.nodes.iter().map(|(_, cost)| cost.0).fold(0.0, f64::max);
    html! {
        section #cost {
            h2 { "Cost" }
            p { (least(cost.is_least)) (money(cost.run)) " for the run, " (least(cost.is_least)) (money(cost.month))
                " a month at this load." }
            @if !cost.nodes.is_empty() {
                (scrolling("Cost of the run by node", &html! {
                    table {
                        thead { tr { th scope="col" { "node" } th.figure scope="col" { "of the run" } th.wide scope="col" {} } }
                        tbody { @for (node, cost) in &cost.nodes { tr {
                            td { (node) }
                            td.figure { (money(*cost)) }
                            td.wide { div.bar style={ "width:" (format!("{:.1}%", cost.0 / most * 100.0)) } {} }
                        } } }
                    }
                }))
            }
            p.note { "Prices are those of the knowledge base for its Region; what has no price there makes the sum a least one." }
        }
    }
}

/// How the run is made again.
pub(super) fn origin(page: Page<'_>) -> Markup {
    html! {
        footer {
            h2 { "Make it again" }
            pre { code { (page.command) } }
            p.note {
                "Thalweg " (env!("CARGO_PKG_VERSION")) ", AWS as of " (page.design.as_of) ", seed " (page.outcome.seed)
                ", " (Duration(page.series.step_us).quantity().approximate()) " between points of a plot. The same design, "
                "records and seed give the same page."
            }
        }
    }
}

/// A table of the report for people.
pub(super) fn table(table: &Table, name: &str) -> Markup {
    let rows = table.kept();
    html! {
        @if rows.len() > 1 {
            (scrolling(name, &html! {
                table {
                    thead { tr { @for (left, cell) in &rows[0] { th.figure[!left] scope="col" { (cell.trim()) } } } }
                    tbody { @for row in &rows[1..] { tr { @for (left, cell) in row { td.figure[!left] { (cell) } } } } }
                }
            }))
        } @else { p.note { "Nothing." } }
    }
}

/// What scrolls by itself where it is wider than the page.
fn scrolling(name: &str, content: &Markup) -> Markup {
    html! { div.scroll role="region" tabindex="0" aria-label=(name) { (content) } }
}

fn money(money: Money) -> String {
    money.quantity().approximate()
}

fn least(is_least: bool) -> &'static str {
    if is_least { "at least " } else { "" }
}
