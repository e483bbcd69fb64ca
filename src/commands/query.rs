//! `thalweg query`: asks a store of a run about what landed there.

mod tables;

use std::path::Path;
use std::sync::Arc;

use crate::cli::{Format, Query};
use crate::commands::Outcome;
use crate::commands::base::{Refusal, or_failed};
use crate::commands::check::governing::Governed;
use crate::commands::folder::{DESIGN, REPORT};
use crate::commands::input;
use crate::commands::output::{complain, print, remark};
use crate::commands::query::tables::{Location, Object, Stored, stored};
use crate::design::{self, Design, Role, effective};
use crate::diagnostic::{Diagnostic, Label};
use crate::fields::nearest;
use crate::knowledge::Knowledge;
use crate::report::answer::{self, Answer};
use crate::report::findings;
use crate::report::look::Look;
use crate::runtime::sql::{Batch, Catalog, SourceTable, SqlError};
use crate::source::{Span, Text};
use crate::units::{Bytes, Dimension, Money, Quantity};

/// Answers a query; exit code 1 where the query is no SQL that a run knows.
#[must_use]
pub fn run(arguments: &Query, look: Look) -> Outcome {
    or_failed(try_run(arguments, look), look)
}

fn try_run(arguments: &Query, look: Look) -> Result<Outcome, Refusal> {
    let text = design_of(&arguments.run)?;
    let governed = Governed::around(Some(&text), &arguments.basis)?;
    let knowledge = &governed.base.knowledge;
    let design = design::lower(Arc::clone(&text), knowledge).design;
    let design = design.ok_or_else(|| format!("{}: is no design", text.name()))?;
    let asked = asked(&design, &arguments.node)?;
    let stored = asked.tables.iter().map(|table| stored(&arguments.run, &Location::of(&design, *table)));
    let stored = stored.collect::<Result<Vec<Stored>, String>>()?;
    let catalog = Catalog { sources: stored.iter().map(table).collect(), sinks: Vec::new() };
    let batch = match Batch::compile(&arguments.sql, &catalog, asked.nulls_are_large) {
        Ok(batch) => batch,
        Err(errors) => return told(&arguments.sql, errors, look),
    };
    let answer = answered(&batch, &stored, Asking { design: &design, knowledge, node: asked.node })?;
    let shown = match arguments.format {
        Format::Human => answer::human(&answer),
        Format::Json => answer::json(&answer),
    };
    print(&shown).map_err(|error| error.to_string())?;
    remark(answer::read(&answer));
    Ok(Outcome::Clean)
}

/// The design that was run, as the folder keeps it.
fn design_of(run: &Path) -> Result<Arc<Text>, String> {
    let shown = run.display();
    if !run.join(REPORT).exists() {
        return Err(format!("{shown}: holds no run; name a folder that `thalweg run --out` wrote"));
    }
    let file = run.join(DESIGN);
    if !file.exists() {
        return Err(format!("{shown}: does not hold its design, as runs of earlier versions; run it again"));
    }
    input::design(&file).map_err(|error| error.to_string())
}

/// A node that is asked, and what it can be asked about.
struct Asked {
    node: usize,
    /// The nodes that its tables stand for.
    tables: Vec<usize>,
    /// Where rows with nothing in a column are put: by Redshift behind all others, as if it were large.
    nulls_are_large: bool,
}

fn asked(design: &Design, id: &str) -> Result<Asked, String> {
    let node = design.index_of(id).ok_or_else(|| {
        let ids = || design.nodes.iter().map(|node| node.id.as_str());
        match nearest(id, ids()) {
            Some(near) => format!("there is no node `{id}`; did you mean `{near}`?"),
            None => format!("there is no node `{id}`; there are {}", ids().collect::<Vec<_>>().join(", ")),
        }
    })?;
    let service = design.nodes[node].service.as_str();
    let tables = match service {
        "athena" => {
            let feeding = design.incoming(node).filter(|(_, flow)| flow.role == Role::Flow);
            feeding.map(|(_, flow)| flow.from).collect()
        }
        "redshift" | "redshift-serverless" => vec![node],
        _ => {
            return Err(format!(
                "`{id}` is {service}, which answers no SQL; ask a node of Athena or Redshift"
            ));
        }
    };
    Ok(Asked { node, tables, nulls_are_large: service != "athena" })
}

fn table(stored: &Stored) -> SourceTable {
    SourceTable {
        name: stored.name.clone(),
        schema: Some(stored.schema.clone()),
        event_time: None,
        delay_ms: 0,
    }
}

/// The mistakes of a query, at their places.
fn told(sql: &str, errors: Vec<SqlError>, look: Look) -> Result<Outcome, Refusal> {
    let text = Arc::new(Text::new("query", sql));
    let diagnostic = |error: SqlError| {
        let at = |place: usize| place.min(sql.len()) as u32;
        let mut diagnostic = Diagnostic::new(
            "sql",
            Label::new(Span::new(at(error.range.start), at(error.range.end)), "here"),
            error.message,
        );
        diagnostic.help.extend(error.help);
        diagnostic
    };
    let found: Vec<Diagnostic> = errors.into_iter().map(diagnostic).collect();
    print(&findings::render(&text, &found, look)).map_err(|error| error.to_string())?;
    complain("the query is not answered; see above");
    Ok(Outcome::Findings)
}

/// Who is asked.
#[derive(Clone, Copy)]
struct Asking<'a> {
    design: &'a Design,
    knowledge: &'a Knowledge,
    node: usize,
}

fn answered(batch: &Batch, stored: &[Stored], asking: Asking<'_>) -> Result<Answer, String> {
    let mut rows = batch.answer();
    let (mut scanned, mut read, mut all) = (0, 0, 0);
    for (place, name) in batch.tables().enumerate() {
        let objects =
            stored.iter().find(|stored| stored.name == name).map_or(&[][..], |stored| &stored.objects);
        all += objects.len();
        let objects: Vec<&Object> = objects.iter().filter(|object| batch.reads(&object.partition)).collect();
        read += objects.len();
        scanned += objects.iter().map(|object| object.size).sum::<u64>();
        asking.may_read(Bytes(scanned))?;
        for object in objects {
            object.each_row(&mut |line, row| {
                rows.push(place, row).map_err(|why| format!("{}:{line}: {why}", object.path.display()))
            })?;
        }
    }
    let scanned = Bytes(scanned);
    // Where the result has names that nobody gave, they are those of the place.
    let named = |(place, name): (usize, &str)| {
        if name.starts_with("EXPR$") { format!("_col{place}") } else { name.to_owned() }
    };
    let columns = batch.columns().enumerate().map(named).collect();
    Ok(Answer { columns, rows: rows.finish(), scanned, objects: (read, all), billed: asking.billed(scanned) })
}

impl Asking<'_> {
    /// A query that reads more than the node allows is stopped.
    fn may_read(self, scanned: Bytes) -> Result<(), String> {
        let limit = effective::setting(self.design, self.knowledge, self.node, "scan_limit");
        match limit.and_then(|limit| limit.value.quantity()) {
            Some(limit) if scanned.0 as f64 > limit.amount => Err(format!(
                "the query reads {}, and `{}` stops those that read more than {limit}",
                scanned.quantity().approximate(),
                self.design.nodes[self.node].id
            )),
            _ => Ok(()),
        }
    }

    /// What is billed, where reading is.
    fn billed(self, scanned: Bytes) -> Option<(Bytes, Money)> {
        let fact = |name| effective::limit(self.design, self.knowledge, self.node, name);
        let card = self.design.card(self.knowledge, self.node)?;
        let per = Quantity::parse(&format!("1 {}", card.prices.get("scanned")?.per.as_deref()?)).ok()?;
        let price = fact("scanned").filter(|_| per.dimension == Dimension::Bytes)?;
        let billed = scanned.0.max(fact("minimum-scan").map_or(0, |least| least.amount as u64));
        Some((Bytes(billed), Money(price.amount * billed as f64 / per.amount)))
    }
}
