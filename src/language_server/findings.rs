//! Findings as the editor shows them, and the changes that would remove them.

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeDescription, DiagnosticRelatedInformation,
    DiagnosticSeverity, Location, NumberOrString, PublishDiagnosticsParams, Range, TextEdit,
};

use crate::diagnostic::{Diagnostic, Severity};
use crate::language_server::document::Document;
use crate::language_server::names::edits;

/// What the editor is told of a file.
pub(super) fn published(document: &Document) -> PublishDiagnosticsParams {
    PublishDiagnosticsParams {
        uri: document.uri.clone(),
        diagnostics: document.findings.iter().map(|found| told(document, found)).collect(),
        version: Some(document.version),
    }
}

fn told(document: &Document, found: &Diagnostic) -> lsp_types::Diagnostic {
    let severity = match found.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Advice => DiagnosticSeverity::HINT,
    };
    let related = found.related.iter().filter(|label| !label.text.is_empty()).map(|label| {
        DiagnosticRelatedInformation {
            location: Location { uri: document.uri.clone(), range: document.range(label.span) },
            message: label.text.clone(),
        }
    });
    let url = found.url.as_deref().and_then(|url| url.parse().ok());
    lsp_types::Diagnostic {
        range: document.range(found.primary.span),
        severity: Some(severity),
        code: Some(NumberOrString::String(found.rule.clone())),
        code_description: url.map(|href| CodeDescription { href }),
        source: Some("thalweg".to_owned()),
        message: message(found),
        related_information: Some(related.collect()),
        ..lsp_types::Diagnostic::default()
    }
}

/// The fact, then the ways out, then the reason.
fn message(found: &Diagnostic) -> String {
    let help = found
        .help
        .iter()
        .enumerate()
        .map(|(index, step)| format!("{}{step}", if index == 0 { "help: " } else { "or: " }));
    let why = found.why.iter().map(|why| format!("why: {}", why.trim()));
    std::iter::once(found.message.clone()).chain(help).chain(why).collect::<Vec<_>>().join("\n")
}

/// The fixes of what was found in a range.
pub(super) fn actions(document: &Document, range: Range) -> Vec<CodeActionOrCommand> {
    let (start, end) = (document.offset(range.start) as u32, document.offset(range.end) as u32);
    let touched = |found: &&Diagnostic| found.primary.span.start <= end && start <= found.primary.span.end;
    let fixes =
        document.findings.iter().filter(touched).filter_map(|found| Some((found, found.fix.as_ref()?)));
    let action = |(found, fix): (&Diagnostic, &crate::diagnostic::Fix)| {
        let changes = fix
            .edits
            .iter()
            .map(|(span, new)| TextEdit { range: document.range(*span), new_text: new.clone() });
        CodeActionOrCommand::CodeAction(CodeAction {
            title: fix.title.clone(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![told(document, found)]),
            edit: Some(edits(document, changes.collect())),
            is_preferred: Some(fix.safe),
            ..CodeAction::default()
        })
    };
    fixes.map(action).collect()
}
