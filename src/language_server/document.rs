//! An open file: its text, what its words mean, and what was found in it.

use std::sync::Arc;

use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Uri};

use crate::design::{self, Design};
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::language_server::judge::{Judge, path_of};
use crate::language_server::position::Lines;
use crate::language_server::tokens::{self, Meaning, NameRole, Token};
use crate::lint::Rules;
use crate::source::{self, Span, Text};

/// An open file.
pub(super) struct Document {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: Arc<Text>,
    pub(super) lines: Lines,
    pub(super) tokens: Vec<Token>,
    pub(super) design: Option<Design>,
    pub(super) findings: Vec<Diagnostic>,
    judge: Arc<dyn Judge>,
    /// What is wrong with what it should be judged by.
    pub(super) wrong: Option<String>,
}

impl Document {
    pub(super) fn new(uri: Uri, version: i32, content: &str, judge: Arc<dyn Judge>) -> Self {
        let knowledge = judge.knowledge();
        // Configs speak of designs by their paths.
        let name = path_of(&uri).map_or_else(|| uri.to_string(), |path| path.display().to_string());
        let text = Arc::new(Text::new(name, content));
        let root = source::read(&text).root;
        let tokens = root.map(|root| tokens::of(&text, &root, knowledge)).unwrap_or_default();
        let lowered = design::lower(Arc::clone(&text), knowledge);
        let findings = judge.findings(&text, &lowered);
        let (lines, design) = (Lines::of(content), lowered.design);
        Self { uri, version, lines, text, tokens, design, findings, judge, wrong: None }
    }

    /// The services and the rules by which it is judged.
    pub(super) fn base(&self) -> (&Knowledge, &Rules) {
        (self.judge.knowledge(), self.judge.rules())
    }

    /// The content after changes, each of the whole or of a range of what was there before it.
    pub(super) fn changed(&self, changes: Vec<TextDocumentContentChangeEvent>) -> String {
        let mut content = self.text.as_str().to_owned();
        for change in changes {
            match change.range {
                None => content = change.text,
                Some(range) => {
                    let lines = Lines::of(&content);
                    let (start, end) =
                        (lines.offset(&content, range.start), lines.offset(&content, range.end));
                    content.replace_range(start..end.max(start), &change.text);
                }
            }
        }
        content
    }

    pub(super) fn range(&self, span: Span) -> Range {
        self.lines.range(self.text.as_str(), span)
    }

    pub(super) fn offset(&self, position: Position) -> usize {
        self.lines.offset(self.text.as_str(), position)
    }

    /// The smallest word that holds a place, or ends there.
    pub(super) fn token_at(&self, position: Position) -> Option<&Token> {
        let offset = self.offset(position) as u32;
        let holds = |token: &&Token| token.span.start <= offset && offset <= token.span.end;
        self.tokens.iter().filter(holds).min_by_key(|token| token.span.len())
    }

    /// The id of the node that is named at a place.
    pub(super) fn name_at(&self, position: Position) -> Option<(&str, Span)> {
        let offset = self.offset(position) as u32;
        self.names()
            .find(|(_, span, _)| span.start <= offset && offset <= span.end)
            .map(|(id, span, _)| (id, span))
    }

    /// Every name of a node, with its place.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, Span, NameRole)> {
        self.tokens.iter().filter_map(|token| match &token.meaning {
            Meaning::Name { id, role } => Some((id.as_str(), token.span, *role)),
            _ => None,
        })
    }

    /// The names of a node that is declared; in queries too, where the word is that of a node.
    pub(super) fn names_of<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = (Span, NameRole)> + 'a {
        self.names().filter(move |(id, ..)| *id == wanted).map(|(_, span, role)| (span, role))
    }

    pub(super) fn is_declared(&self, wanted: &str) -> bool {
        self.names_of(wanted).any(|(_, role)| role == NameRole::Declaration)
    }
}
