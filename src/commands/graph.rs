//! `thalweg graph`: draws a design.

use crate::cli::{Graph as Arguments, GraphFormat};
use crate::commands::Outcome;
use crate::commands::base::{Refusal, or_failed};
use crate::commands::check::governing::Governed;
use crate::commands::check::judge;
use crate::commands::infrastructure::{Given, main_file};
use crate::commands::input;
use crate::commands::output::{print, remark};
use crate::design;
use crate::diagnostic::Severity;
use crate::drawing::{Graph, dot, list, mermaid, svg};
use crate::report::findings::{self, Judged};
use crate::report::graph;
use crate::report::look::Look;

/// Draws what was understood of the design; with `--check` the exit code is that of its errors.
#[must_use]
pub fn run(arguments: &Arguments, look: Look) -> Outcome {
    or_failed(try_run(arguments, look), look)
}

fn try_run(arguments: &Arguments, look: Look) -> Result<Outcome, Refusal> {
    let text = input::design(&main_file(&arguments.design)).map_err(|error| error.to_string())?;
    let governed = Governed::around(Some(&text), &arguments.basis)?;
    let read = Given::default().lowered(&text, &governed.base.knowledge);
    let (text, lowered) = (read.whole(&text), read.lowered);
    let mut found = if arguments.check {
        judge::by(&text, &lowered, &governed, &governed.selection(text.name(), None)).findings
    } else {
        lowered.diagnostics
    };
    found.retain(|diagnostic| diagnostic.severity > Severity::Advice);
    let Some(design) = lowered.design else {
        print(&findings::render(&text, &found, look)).map_err(|error| error.to_string())?;
        return Err(format!("{}: there is no design to draw; see above", text.name()).into());
    };
    let graph = Graph::of(&design, if arguments.check { &found } else { &[] });
    print(&drawn(&graph, &design, arguments, look)?).map_err(|error| error.to_string())?;
    if arguments.check {
        let judged = [Judged::new(text, found)];
        remark(findings::concise(&judged).trim_end());
        let failing = judged[0].findings.iter().any(|found| found.severity == Severity::Error);
        return Ok(if failing { Outcome::Findings } else { Outcome::Clean });
    }
    if !found.is_empty() {
        remark(
            "note: the file has mistakes, and what was not understood is not drawn; `thalweg check` shows them",
        );
    }
    Ok(Outcome::Clean)
}

fn drawn(
    graph: &Graph,
    design: &design::Design,
    arguments: &Arguments,
    look: Look,
) -> Result<String, String> {
    Ok(match arguments.format {
        GraphFormat::Text if arguments.plain => list::render(graph),
        GraphFormat::Text => {
            let width = arguments.width.or_else(Look::terminal_width).unwrap_or(usize::MAX);
            graph::render(graph, width, Look { unicode: look.unicode && !arguments.ascii, ..look })
        }
        GraphFormat::Mermaid => mermaid::render(graph),
        GraphFormat::Dot => dot::render(graph),
        GraphFormat::Svg => {
            let title = design.name.as_deref().unwrap_or_else(|| design.text.name());
            let image = svg::render(graph, title);
            image.ok_or("the design is too large for a picture; `--format dot` gives it to Graphviz")?
        }
    })
}
