//! A plot over virtual time: lines in steps, with a legend, marks, the faults, and the same as a table.
//!
//! The lines are stretched to the width that there is while all text keeps its size, so the words stand beside the image.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use crate::report::page::scale::Scale;
use crate::runtime::outcome::FaultOutcome;
use crate::units::{Dimension, Duration, Quantity};

/// The image is this wide, in its own units; its height is 100.
const WIDTH: f64 = 1000.0;
/// A table has no more rows than this.
const MOST_ROWS: usize = 20;
/// A bound is drawn where it is not more than so many times the largest value.
const NEAR: f64 = 3.0;

/// What all plots of a page share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time<'a> {
    /// The ends of the intervals, the start before the first among them, in microseconds.
    pub(super) at_us: &'a [u64],
    /// What went wrong on purpose.
    pub(super) faults: &'a [FaultOutcome],
}

/// Some lines over virtual time.
#[derive(Debug, Clone)]
pub(super) struct Plot {
    /// What it shows, of what.
    pub(super) title: String,
    pub(super) subject: String,
    pub(super) dimension: Dimension,
    pub(super) lines: Vec<Line>,
    /// What the first line cannot exceed.
    pub(super) bound: Option<f64>,
}

/// A line: a value for each interval, nothing where there is none.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) values: Vec<Option<f64>>,
    pub(super) summed: Summed,
}

/// What one value for several intervals is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Summed {
    Mean,
    Highest,
    Last,
}

impl Summed {
    fn words(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Highest => "highest",
            Self::Last => "at the end",
        }
    }
}

impl Plot {
    /// Whether a line ever leaves zero.
    pub(super) fn says_something(&self) -> bool {
        self.lines.iter().any(|line| line.highest() > 0.0)
    }

    /// The figure.
    pub(super) fn markup(&self, time: Time<'_>) -> Markup {
        let scale = self.scale();
        let times = Scale::of_time(time.length_us(), 5);
        let legend = self.lines.iter().enumerate();
        html! {
            figure.plot {
                figcaption {
                    strong { (self.title) }
                    @for (place, line) in legend {
                        span.key { (key(&format!("line{place}"))) (line.name) ", at most " (self.words(line.highest())) }
                    }
                    @if let Some(bound) = self.bound {
                        span.key { (key("bound")) "takes " (self.words(bound)) }
                    }
                    @if !time.faults.is_empty() { span.key { (key("fault")) "fault" } }
                    @if scale.is_logarithmic() { span.key { "logarithmic" } }
                }
                div.chart {
                    div.ys aria-hidden="true" {
                        @for (share, words) in scale.marks() {
                            span style={ "bottom:" (percent(share)) } { (words) }
                        }
                    }
                    (self.image(&scale, &times, time))
                    div.xs aria-hidden="true" {
                        @for (share, words) in times.marks().filter(|(share, _)| *share < 0.97) {
                            span style={ "left:" (percent(share)) } { (words) }
                        }
                    }
                }
                details { summary { "As a table" } (self.table(time)) }
                script.data type="application/json" { (PreEscaped(in_script(&self.data()))) }
            }
        }
    }

    fn words(&self, value: f64) -> String {
        Quantity::new(self.dimension, value).approximate()
    }

    fn scale(&self) -> Scale {
        let values = || self.lines.iter().flat_map(|line| line.values.iter().flatten().copied());
        Scale::of(self.dimension, values().chain(self.near_bound()))
    }

    fn near_bound(&self) -> Option<f64> {
        let highest = self.lines.iter().map(Line::highest).fold(0.0, f64::max);
        self.bound.filter(|bound| *bound <= highest * NEAR)
    }

    fn image(&self, scale: &Scale, times: &Scale, time: Time<'_>) -> Markup {
        let y = |value: f64| format!("{:.1}", 100.0 * (1.0 - scale.share(value)));
        let x = |at_us: u64| format!("{:.1}", WIDTH * times.share(at_us as f64));
        html! {
            svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label=(self.label()) {
                @for (share, _) in scale.marks() {
                    path.grid d={ "M0 " (format!("{:.1}", 100.0 * (1.0 - share))) "H1000" } {}
                }
                @for fault in time.faults {
                    @let (start, end) = (x(fault.start_us), x(fault.end_us));
                    g.fault {
                        title { (fault.words) }
                        path.band d={ "M" (start) " 0H" (end) "V100H" (start) "Z" } {}
                        path.edge d={ "M" (start) " 0V100M" (end) " 0V100" } {}
                    }
                }
                @if let Some(bound) = self.near_bound() { path.bound d={ "M0 " (y(bound)) "H1000" } {} }
                @for (place, line) in self.lines.iter().enumerate().rev() {
                    path class={ "line" (place) } d=(line.path(time.at_us, &x, &y)) {}
                }
            }
        }
    }

    /// The plot in a sentence, for those who do not see it.
    fn label(&self) -> String {
        let mut words = format!("{} of {}:", self.title, self.subject);
        for (index, line) in self.lines.iter().enumerate() {
            let and = if index > 0 { "," } else { "" };
            write!(words, "{and} {} at most {}", line.name, self.words(line.highest())).expect("memory");
        }
        words
    }

    fn table(&self, time: Time<'_>) -> Markup {
        let count = time.at_us.len().saturating_sub(1);
        let each = count.div_ceil(MOST_ROWS).max(1);
        let rows = (0..count).step_by(each).map(|start| (start, (start + each).min(count)));
        let instant = |at_us: u64| Duration(at_us).quantity().approximate();
        html! {
            div.scroll role="region" tabindex="0" aria-label={ (self.title) " of " (self.subject) " as a table" } {
                table {
                    thead { tr {
                        th scope="col" { "from" } th scope="col" { "to" }
                        @for line in &self.lines { th.figure scope="col" { (line.name) ", " (line.summed.words()) } }
                    } }
                    tbody { @for (start, end) in rows {
                        tr {
                            td { (instant(time.at_us[start])) } td { (instant(time.at_us[end])) }
                            @for line in &self.lines {
                                td.figure { (line.summed_up(start, end, time.at_us).map_or("-".to_owned(), |value| self.words(value))) }
                            }
                        }
                    } }
                }
            }
        }
    }

    /// What the script shows where one points.
    fn data(&self) -> Value {
        let dimension = match self.dimension {
            Dimension::Duration => "time",
            Dimension::Rate => "rate",
            Dimension::ByteRate => "bytes",
            _ => "count",
        };
        let lines = self.lines.iter().map(|line| {
            let values: Vec<Option<f64>> = line.values.iter().map(|value| value.map(four_digits)).collect();
            json!([line.name, values])
        });
        json!({"dimension": dimension, "lines": lines.collect::<Vec<_>>()})
    }
}

impl Line {
    pub(super) fn highest(&self) -> f64 {
        self.values.iter().flatten().copied().fold(0.0, f64::max)
    }

    /// A line in steps, which is interrupted where there is nothing.
    fn path(&self, at_us: &[u64], x: &dyn Fn(u64) -> String, y: &dyn Fn(f64) -> String) -> String {
        let mut path = String::new();
        let mut pen: Option<String> = None;
        for (value, ends) in self.values.iter().zip(at_us.windows(2)) {
            let height = value.map(y);
            if pen == height {
                continue;
            }
            let here = x(ends[0]);
            match (&pen, &height) {
                (Some(_), Some(height)) => write!(path, "H{here}V{height}"),
                (Some(_), None) => write!(path, "H{here}"),
                (None, Some(height)) => write!(path, "M{here} {height}"),
                (None, None) => Ok(()),
            }
            .expect("memory");
            pen = height;
        }
        if pen.is_some() {
            path.push_str("H1000");
        }
        path
    }

    fn summed_up(&self, start: usize, end: usize, at_us: &[u64]) -> Option<f64> {
        let values = self.values.get(start..end)?;
        match self.summed {
            Summed::Highest => values.iter().flatten().copied().reduce(f64::max),
            Summed::Last => values.last().copied().flatten(),
            Summed::Mean => {
                let length = |place: usize| (at_us[start + place + 1] - at_us[start + place]) as f64;
                let sum: f64 = values
                    .iter()
                    .enumerate()
                    .map(|(place, value)| value.unwrap_or(0.0) * length(place))
                    .sum();
                Some(sum / (at_us[end] - at_us[start]).max(1) as f64)
            }
        }
    }
}

impl Time<'_> {
    pub(super) fn length_us(self) -> u64 {
        self.at_us.last().copied().unwrap_or(0)
    }
}

/// How a line looks.
fn key(class: &str) -> Markup {
    html! {
        svg.sample viewBox="0 0 24 8" aria-hidden="true" {
            @if class == "fault" { g.fault { path.band d="M2 0H22V8H2Z" {} path.edge d="M2 0V8M22 0V8" {} } }
            @else { path class=(class) d="M0 4H24" {} }
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// JSON that ends no script, and that is text for a reader of XML too.
pub(super) fn in_script(value: &Value) -> String {
    value.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}
