//! Findings for people: each with its place in the file, the reason and the ways out.

use std::fmt;
use std::fmt::Write as _;

use miette::{GraphicalReportHandler, LabeledSpan, SourceCode};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::report::findings::snippet::{Snippets, printable};
use crate::report::look::Look;
use crate::source::Text;

/// The most lines that the snippet of one label shows.
const MOST_LINES: u32 = 12;

/// The longest line, in bytes, that is shown; nobody reads more of one, and miette cannot point beyond 65,535 columns.
const LONGEST_LINE: usize = 10_000;

/// The findings of one file as text, in the order given; empty without findings.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(text: &Text, diagnostics: &[Diagnostic], look: Look) -> String {
    let source = Snippets::of(text);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let is_shown = diagnostic.has_place() && has_short_lines(text, diagnostic);
        let shown = Shown { diagnostic, text, source: is_shown.then_some(&source), links: look.links };
        let mut handler = GraphicalReportHandler::new_themed(look.theme())
            .with_width(look.width)
            .with_links(look.links)
            .with_link_display_text("")
            .with_break_words(false)
            .with_word_separator(textwrap::WordSeparator::AsciiSpace)
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
            .without_syntax_highlighting();
        if let Some(footer) = footer(diagnostic) {
            handler = handler.with_footer(footer);
        }
        handler.render_report(&mut out, &shown).expect("writing to memory cannot fail");
        out.push('\n');
    }
    out
}

/// Whether every line that a finding points to is short enough to be shown.
fn has_short_lines(text: &Text, diagnostic: &Diagnostic) -> bool {
    let mut labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    labels.all(|label| {
        let ends = [label.span.start, label.span.end].map(|offset| text.line_span(offset));
        ends.into_iter().all(|line| line.len() <= LONGEST_LINE)
    })
}

fn footer(diagnostic: &Diagnostic) -> Option<String> {
    let mut footer = String::new();
    if let Some(why) = &diagnostic.why {
        write!(footer, "why: {}", why.trim()).expect("memory");
    }
    if let Some(url) = &diagnostic.url {
        let separator = if footer.is_empty() { "" } else { "\n" };
        write!(footer, "{separator}source: {url}").expect("memory");
    }
    (!footer.is_empty()).then_some(footer)
}

/// A finding as miette wants it. Written by hand, since what it shows comes from data.
#[derive(Debug)]
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    text: &'a Text,
    /// Nothing where there is no place to show.
    source: Option<&'a Snippets>,
    /// Without them the page stands in the footer only.
    links: bool,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.source.is_none() {
            write!(formatter, "{}:", self.text.name())?;
            if self.diagnostic.has_place() {
                write!(formatter, "{}:", self.text.position(self.diagnostic.primary.span.start))?;
            }
            formatter.write_str(" ")?;
        }
        formatter.write_str(&printable(&self.diagnostic.message))
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", self.diagnostic.severity.as_str(), self.diagnostic.rule)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.diagnostic.help.is_empty()).then(|| {
            Box::new(printable(&self.diagnostic.help.join("\nor: ")).into_owned()) as Box<dyn fmt::Display>
        })
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let url = self.diagnostic.url.as_ref().filter(|_| self.links);
        url.map(|url| Box::new(url) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let primary = std::iter::once(labelled(self.text, &self.diagnostic.primary, true));
        let related = self.diagnostic.related.iter().map(|label| labelled(self.text, label, false));
        Some(Box::new(primary.chain(related)))
    }
}

/// A label; one over many lines stands at the first of them, since a snippet shows every line of a span.
fn labelled(file: &Text, label: &Label, primary: bool) -> LabeledSpan {
    let text = (!label.text.is_empty()).then(|| printable(&label.text).into_owned());
    let (first, last) = (file.position(label.span.start), file.position(label.span.end));
    let end = if last.line - first.line > MOST_LINES {
        file.line_span(label.span.start).end
    } else {
        label.span.end
    };
    let (start, length) = (label.span.start as usize, (end - label.span.start) as usize);
    if primary {
        LabeledSpan::new_primary_with_span(text, (start, length))
    } else {
        LabeledSpan::new_with_span(text, (start, length))
    }
}
