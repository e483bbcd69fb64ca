//! Suggested designs for people and for machines, and why there are none.

use serde::Serialize;

use crate::report::look::Look;
use crate::suggest::{Answer, Proven, Request, Wait};

const BOLD: &str = "1";
const DIM: &str = "2";
/// So many rules are listed where nothing is left.
const SHOWN_RULES: usize = 8;

/// The designs with their figures, or what speaks against every draft.
#[must_use]
pub fn render(request: &Request, answer: &Answer, look: Look) -> String {
    let mut page = Page { look, lines: Vec::new() };
    if answer.designs.is_empty() {
        page.refusal(request, answer);
    }
    for design in &answer.designs {
        page.design(design);
    }
    if !answer.designs.is_empty() {
        page.tail(answer);
    }
    page.lines.join("\n") + "\n"
}

struct Page {
    look: Look,
    lines: Vec<String>,
}

impl Page {
    fn design(&mut self, design: &Proven) {
        let beaten = design.beaten_by.as_ref();
        let beaten = beaten.map_or_else(String::new, |by| format!(" (in no respect better than {by})"));
        self.lines.push(format!("{}{beaten}", self.look.styled(&design.name, BOLD)));
        for way in &design.ways {
            let service = |id: &String| design.nodes.iter().find(|(known, _)| known == id);
            let steps = way.iter().map(|id| match service(id) {
                Some((id, service)) if id != service => format!("{id} ({service})"),
                _ => id.clone(),
            });
            let steps: Vec<String> = steps.collect();
            self.wrapped("way", &steps.join(" -> "));
        }
        if !design.chosen.is_empty() {
            self.wrapped("with", &design.chosen.join(", "));
        }
        for wait in &design.figures.latency {
            let from = if design.figures.latency.len() > 1 {
                format!(" from `{}` to `{}`", wait.from, wait.to)
            } else {
                String::new()
            };
            self.wrapped("latency", &format!("{}{from}", latency(wait)));
        }
        self.wrapped("cost", &cost(design));
        let upkeep = &design.figures.upkeep;
        let upkeep = if upkeep.is_empty() {
            "nothing to size, nothing to write".to_owned()
        } else {
            upkeep.join("; ")
        };
        self.wrapped("upkeep", &upkeep);
        for (requirement, kept) in &design.requirements {
            let verdict = if kept.is_some() { "keeps" } else { "open" };
            let remark = if kept.is_some() { "" } else { " (not enough is known to say)" };
            self.wrapped(verdict, &format!("{requirement}{remark}"));
        }
        self.lines.push(String::new());
    }

    fn tail(&mut self, answer: &Answer) {
        let left = match answer.left_out {
            0 => String::new(),
            1 => "; one more holds".to_owned(),
            more => format!("; {more} more hold (`--limit` shows more)"),
        };
        let dropped: usize = answer.judged - answer.designs.len() - answer.left_out;
        let text = format!("{} drafts were judged; the linter dropped {dropped}{left}.", answer.judged);
        self.paragraph(&text);
    }

    fn refusal(&mut self, request: &Request, answer: &Answer) {
        let names = |nodes: &[usize]| {
            nodes.iter().map(|node| format!("`{}`", request.nodes[*node].id)).collect::<Vec<_>>().join(", ")
        };
        let ends = format!("from {} to {}", names(&request.sources), names(&request.sinks));
        if answer.judged == 0 {
            self.paragraph(&format!(
                "No way leads {ends}: no chain of services that send to each other was found."
            ));
            return;
        }
        self.paragraph(&format!(
            "No design leads {ends} and keeps what is required. {} drafts were judged.",
            answer.judged
        ));
        let broken: Vec<_> = answer.requirements.iter().filter(|fared| fared.broken > 0).collect();
        for fared in broken {
            self.lines.push(String::new());
            let of = if fared.broken == answer.judged {
                "every draft".to_owned()
            } else {
                format!("{} drafts", fared.broken)
            };
            self.entry(&format!("{} is broken by {of}", fared.text));
            if let Some((chain, message)) = &fared.nearest {
                self.indented(&format!("nearest: {chain}"));
                self.indented(message);
            }
        }
        self.lines.push(String::new());
        let heading = self.look.styled("Dropped by", BOLD);
        self.lines.push(heading);
        for dropped in answer.dropped.iter().take(SHOWN_RULES) {
            self.entry(&format!("{}: {} drafts, such as {}", dropped.rule, dropped.drafts, dropped.chain));
            self.indented(&dropped.message);
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.fill(text, "", "");
    }

    fn entry(&mut self, text: &str) {
        self.fill(text, "  ", "    ");
    }

    fn indented(&mut self, text: &str) {
        self.fill(text, "    ", "    ");
    }

    fn wrapped(&mut self, name: &str, text: &str) {
        let start = self.lines.len();
        self.fill(text, &format!("  {name:<9}"), "           ");
        let styled = self.look.styled(&format!("{name:<9}"), DIM);
        self.lines[start] = self.lines[start].replacen(&format!("{name:<9}"), &styled, 1);
    }

    fn fill(&mut self, text: &str, first: &str, rest: &str) {
        let options = textwrap::Options::new(self.look.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        self.lines.extend(textwrap::wrap(text, options).into_iter().map(|line| line.trim_end().to_owned()));
    }
}

fn latency(wait: &Wait) -> String {
    let (p50, p99) = (wait.p50.quantity().approximate(), wait.p99.quantity().approximate());
    let bound = if wait.is_whole { "" } else { "at least " };
    format!("p50 {bound}{p50}, p99 {bound}{p99}")
}

fn cost(design: &Proven) -> String {
    let cost = &design.figures.cost;
    let open = cost.open.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let monthly = cost.monthly.quantity().approximate();
    match (cost.confidence, cost.open.is_empty()) {
        (None, _) => "not known: no price, or no traffic to reckon with".to_owned(),
        (Some(confidence), true) => format!("{monthly} a month ({} prices)", confidence.as_str()),
        (Some(confidence), false) => {
            format!("at least {monthly} a month ({} prices), and more for {open}", confidence.as_str())
        }
    }
}

/// The answer as one JSON object with a line end, version 1.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn json(answer: &Answer) -> String {
    let page = PageOf {
        version: 1,
        designs: answer.designs.iter().map(DesignOf::of).collect(),
        judged: answer.judged,
        left_out: answer.left_out,
        dropped: answer
            .dropped
            .iter()
            .map(|by| DroppedOf {
                rule: &by.rule,
                drafts: by.drafts,
                example: &by.chain,
                message: &by.message,
            })
            .collect(),
        requirements: answer
            .requirements
            .iter()
            .map(|fared| FaredOf {
                requirement: &fared.text,
                broken_by: fared.broken,
                only_this_by: fared.alone,
            })
            .collect(),
    };
    let mut json = serde_json::to_string_pretty(&page).expect("plain data");
    json.push('\n');
    json
}

#[derive(Serialize)]
struct PageOf<'a> {
    version: u32,
    designs: Vec<DesignOf<'a>>,
    judged: usize,
    left_out: usize,
    dropped: Vec<DroppedOf<'a>>,
    requirements: Vec<FaredOf<'a>>,
}

#[derive(Serialize)]
struct DroppedOf<'a> {
    rule: &'a str,
    drafts: usize,
    example: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct FaredOf<'a> {
    requirement: &'a str,
    broken_by: usize,
    only_this_by: usize,
}

#[derive(Serialize)]
struct DesignOf<'a> {
    name: &'a str,
    beaten_by: Option<&'a str>,
    ways: &'a [Vec<String>],
    chosen: &'a [String],
    latency: Vec<LatencyOf<'a>>,
    cost: Option<CostOf<'a>>,
    upkeep: &'a [String],
    requirements: Vec<VerdictOf<'a>>,
    design: String,
}

#[derive(Serialize)]
struct LatencyOf<'a> {
    from: &'a str,
    to: &'a str,
    p50_ms: f64,
    p99_ms: f64,
    is_lower_bound: bool,
}

#[derive(Serialize)]
struct CostOf<'a> {
    usd_per_month: f64,
    unknown: &'a [String],
    confidence: &'static str,
}

#[derive(Serialize)]
struct VerdictOf<'a> {
    requirement: &'a str,
    kept: Option<bool>,
}

impl<'a> DesignOf<'a> {
    fn of(design: &'a Proven) -> Self {
        let figures = &design.figures;
        let latency = figures.latency.iter().map(|wait| LatencyOf {
            from: &wait.from,
            to: &wait.to,
            p50_ms: wait.p50.as_secs_f64() * 1000.0,
            p99_ms: wait.p99.as_secs_f64() * 1000.0,
            is_lower_bound: !wait.is_whole,
        });
        let cost = &figures.cost;
        let cost = cost.confidence.map(|confidence| CostOf {
            usd_per_month: (cost.monthly.0 * 100.0).round() / 100.0,
            unknown: &cost.open,
            confidence: confidence.as_str(),
        });
        let requirements = design.requirements.iter();
        Self {
            name: &design.name,
            beaten_by: design.beaten_by.as_deref(),
            ways: &design.ways,
            chosen: &design.chosen,
            latency: latency.collect(),
            cost,
            upkeep: &figures.upkeep,
            requirements: requirements
                .map(|(requirement, kept)| VerdictOf { requirement, kept: *kept })
                .collect(),
            design: design.file(),
        }
    }
}
