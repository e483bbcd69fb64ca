//! JUnit's XML, which every build server reads: a suite for each file, a case for each finding.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::findings::{Counts, Judged};
use crate::source::Text;

/// Errors and warnings fail their case, advice is told by a case that passes, and so is a file without findings.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(judged: &[Judged]) -> String {
    let mut report = Report { writer: Writer::new_with_indent(Vec::new(), b' ', 2) };
    report.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    let counts = Counts::of(judged);
    let cases: usize = judged.iter().map(cases).sum();
    let mut suites = start("testsuites", &[("name", "thalweg")]);
    suites.push_attribute(("tests", cases.to_string().as_str()));
    suites.push_attribute(("failures", (counts.errors + counts.warnings).to_string().as_str()));
    report.put(Event::Start(suites));
    for file in judged {
        report.suite(file);
    }
    report.put(Event::End(BytesEnd::new("testsuites")));
    let mut xml = String::from_utf8(report.writer.into_inner()).expect("written from text");
    xml.push('\n');
    xml
}

/// A file without findings is one case that passes.
fn cases(file: &Judged) -> usize {
    file.findings.len().max(1)
}

fn is_failure(found: &Diagnostic) -> bool {
    found.severity > Severity::Advice
}

struct Report {
    writer: Writer<Vec<u8>>,
}

impl Report {
    fn put(&mut self, event: Event<'_>) {
        self.writer.write_event(event).expect("memory");
    }

    fn suite(&mut self, file: &Judged) {
        let failures = file.findings.iter().filter(|found| is_failure(found)).count().to_string();
        let cases = cases(file).to_string();
        let name = file.text.name();
        let attributes = [("name", name), ("tests", &cases), ("failures", &failures), ("errors", "0")];
        self.put(Event::Start(start("testsuite", &attributes)));
        if file.findings.is_empty() {
            self.put(Event::Empty(start("testcase", &[("name", "no findings"), ("classname", name)])));
        }
        for found in &file.findings {
            self.case(&file.text, found);
        }
        self.put(Event::End(BytesEnd::new("testsuite")));
    }

    fn case(&mut self, text: &Text, found: &Diagnostic) {
        let place = text.position(found.primary.span.start);
        let name = format!("{} {place}", found.rule);
        let (line, file) = (place.line.to_string(), text.name());
        let case = [("name", name.as_str()), ("classname", file), ("file", file), ("line", &line)];
        self.put(Event::Start(start("testcase", &case)));
        let told = told(text, found);
        if is_failure(found) {
            let failure = [("type", found.severity.as_str()), ("message", found.message.as_str())];
            self.text("failure", &failure, &told);
        } else {
            self.text("system-out", &[], &told);
        }
        self.put(Event::End(BytesEnd::new("testcase")));
    }

    fn text(&mut self, element: &str, attributes: &[(&str, &str)], text: &str) {
        self.put(Event::Start(start(element, attributes)));
        self.put(Event::Text(BytesText::new(&legal(text))));
        self.put(Event::End(BytesEnd::new(element.to_owned())));
    }
}

fn start(element: &str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
    let mut start = BytesStart::new(element.to_owned());
    for (name, value) in attributes {
        start.push_attribute((*name, legal(value).as_str()));
    }
    start
}

/// The whole finding as text, its place first.
fn told(text: &Text, found: &Diagnostic) -> String {
    let place = text.position(found.primary.span.start);
    let mut lines = vec![format!(
        "{}:{place}: {}[{}] {}",
        text.name(),
        found.severity.as_str(),
        found.rule,
        found.message
    )];
    lines.extend(found.help.iter().map(|step| format!("help: {step}")));
    lines.extend(found.why.iter().map(|why| format!("why: {why}")));
    lines.extend(found.url.iter().map(|url| format!("source: {url}")));
    lines.join("\n")
}

/// XML 1.0 cannot say most control characters, not even escaped.
fn legal(text: &str) -> String {
    let legal = |character| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|character| if legal(character) { character } else { '\u{fffd}' }).collect()
}
