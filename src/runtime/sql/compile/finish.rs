//! Ends a plan: columns that nobody reads are not read from records, and every way knows where it leads.

use std::collections::BTreeSet;

use crate::runtime::sql::compile::Compiler;
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::plan::{Edge, Operation, Program, Source, Stage};

impl Compiler<'_> {
    pub(super) fn finish(self) -> Program {
        let (mut stages, mut sources) = (self.stages, self.sources);
        for stage in &mut stages {
            if let Operation::Rank(rank) = &mut stage.operation {
                rank.numbers = stage.edges.iter().any(|edge| reads(edge, rank.width));
            }
        }
        // Aggregates read columns by their places, and pass over what is behind them.
        let reads_places = |stage: &Stage| {
            matches!(stage.operation, Operation::WindowAggregate(_) | Operation::GroupAggregate(_))
        };
        let takes_more: Vec<bool> = stages.iter().map(reads_places).collect();
        for stage in &mut stages {
            if let Operation::Source(source) = stage.operation {
                prune(&mut sources[source], &mut stage.edges);
            }
            for edge in &mut stage.edges {
                let is_same = |output: &Vec<Expression>| {
                    output.iter().enumerate().all(|(index, value)| *value == Expression::Column(index))
                };
                edge.output = edge.output.take().filter(|output| !takes_more[edge.to] || !is_same(output));
            }
        }
        // Backwards, so that what is behind a way is known before it.
        for index in (0..stages.len()).rev() {
            let reached: Vec<Vec<usize>> =
                stages[index].edges.iter().map(|edge| reached(&stages[edge.to], edge)).collect();
            for (edge, reached) in stages[index].edges.iter_mut().zip(reached) {
                edge.reaches = reached;
            }
        }
        Program {
            sources,
            stages,
            outputs: self.outputs,
            zone: self.zone,
            idle_timeout_ms: self.idle_timeout_ms,
            state_ttl_ms: self.state_ttl_ms,
        }
    }
}

/// Whether a column is read on a way.
fn reads(edge: &Edge, wanted: usize) -> bool {
    let mut reads = false;
    for expression in edge.filter.iter().chain(edge.output.iter().flatten()) {
        expression.each_column(&mut |column| reads |= column == wanted);
    }
    reads
}

/// The outputs behind a stage.
fn reached(stage: &Stage, _: &Edge) -> Vec<usize> {
    if let Operation::Output(output) = stage.operation {
        return vec![output];
    }
    let all: BTreeSet<usize> = stage.edges.iter().flat_map(|edge| edge.reaches.iter().copied()).collect();
    all.into_iter().collect()
}

/// Takes away the columns that no expression reads.
fn prune(source: &mut Source, edges: &mut [Edge]) {
    let mut used = BTreeSet::new();
    let mut note = |expression: &Expression| {
        expression.each_column(&mut |column| {
            used.insert(column);
        });
    };
    source.time.iter().for_each(|(time, watermark)| {
        note(time);
        note(watermark);
    });
    for edge in edges.iter() {
        edge.filter.iter().for_each(&mut note);
        edge.output.iter().flatten().for_each(&mut note);
    }
    let places: Vec<usize> = used.into_iter().collect();
    let place = |column: usize| Expression::Column(places.binary_search(&column).unwrap_or_default());
    source.time = source.time.take().map(|(time, watermark)| (time.over(&place), watermark.over(&place)));
    for edge in edges {
        edge.filter = edge.filter.take().map(|filter| filter.over(&place));
        for value in edge.output.iter_mut().flatten() {
            *value = value.over(&place);
        }
    }
    source.columns = places.iter().map(|column| source.columns[*column].clone()).collect();
}
