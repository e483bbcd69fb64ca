//! Nodes by their names: where one is declared, where it is used, and another name for it.

use std::collections::HashMap;

use lsp_types::{
    DocumentSymbol, GotoDefinitionResponse, Location, Position, PrepareRenameResponse, SymbolKind, TextEdit,
    WorkspaceEdit,
};

use crate::language_server::document::Document;
use crate::language_server::tokens::NameRole;
use crate::source::Span;

/// Where the node that is named at a place is declared.
pub(super) fn definition(document: &Document, position: Position) -> Option<GotoDefinitionResponse> {
    let (id, _) = document.name_at(position)?;
    let (span, _) = document.names_of(id).find(|(_, role)| *role == NameRole::Declaration)?;
    Some(GotoDefinitionResponse::Scalar(location(document, span)))
}

/// Every place that names the same node, in the order of the file.
pub(super) fn references(
    document: &Document,
    position: Position,
    with_declaration: bool,
) -> Option<Vec<Location>> {
    let (id, _) = document.name_at(position)?;
    let mut spans: Vec<Span> = document
        .names_of(id)
        .filter(|(_, role)| with_declaration || *role != NameRole::Declaration)
        .map(|(span, _)| span)
        .collect();
    spans.sort_unstable();
    Some(spans.into_iter().map(|span| location(document, span)).collect())
}

/// The name that would change, or nothing where there is none to change.
pub(super) fn prepare_rename(document: &Document, position: Position) -> Option<PrepareRenameResponse> {
    let (id, span) = document.name_at(position)?;
    let range = document.range(span);
    document
        .is_declared(id)
        .then(|| PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: id.to_owned() })
}

/// The edits that give a node another name everywhere.
///
/// # Errors
/// What is wrong with the place or the name, for people.
pub(super) fn rename(document: &Document, position: Position, name: &str) -> Result<WorkspaceEdit, String> {
    let (id, _) = document.name_at(position).ok_or("no node is named here")?;
    if !document.is_declared(id) {
        return Err(format!("there is no node `{id}` to rename"));
    }
    if name != id && document.is_declared(name) {
        return Err(format!("there is a node `{name}` already"));
    }
    if !is_plain(name) {
        return Err(format!(
            "`{name}` would not read as one name; use letters, digits, `-`, `_` and `.`, with a letter first"
        ));
    }
    let edit = |(span, role): (Span, NameRole)| {
        let identifier = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let new_text = match role {
            NameRole::Query { quoted: false } if !identifier => format!("`{name}`"),
            _ => name.to_owned(),
        };
        TextEdit { range: document.range(span), new_text }
    };
    let mut names: Vec<_> = document.names_of(id).collect();
    names.sort_by_key(|(span, _)| *span);
    // A node that is reached twice, by an alias, is written once.
    names.dedup_by_key(|(span, _)| *span);
    Ok(edits(document, names.into_iter().map(edit).collect()))
}

/// A name that means itself wherever a node is named, in YAML and in chains.
fn is_plain(name: &str) -> bool {
    let reserved = ["true", "false", "null", "yes", "no", "on", "off"];
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !name.ends_with('-')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !reserved.contains(&name.to_lowercase().as_str())
}

pub(super) fn edits(document: &Document, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit::new(HashMap::from([(document.uri.clone(), edits)]))
}

/// The nodes with their services, for the outline.
#[expect(deprecated, reason = "a field of the protocol that has a successor and no default")]
pub(super) fn symbols(document: &Document) -> Vec<DocumentSymbol> {
    let nodes = document.design.iter().flat_map(|design| &design.nodes);
    let symbol = |node: &crate::design::Node| DocumentSymbol {
        name: if node.id.is_empty() { "(no name)".to_owned() } else { node.id.clone() },
        detail: Some(if node.service.is_empty() { &node.service_written } else { &node.service }.clone()),
        kind: SymbolKind::OBJECT,
        tags: None,
        deprecated: None,
        range: document.range(node.span.to(node.id_span)),
        selection_range: document.range(node.id_span),
        children: None,
    };
    nodes.map(symbol).collect()
}

fn location(document: &Document, span: Span) -> Location {
    Location { uri: document.uri.clone(), range: document.range(span) }
}
