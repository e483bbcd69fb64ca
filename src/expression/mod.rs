//! The language of conditions: CEL's syntax, with units as literals (`900s`, `5 MiB`, `2000/s`) and three outcomes.
//!
//! Rules say with it when a design is wrong, cards when a fact holds, and functions which records they keep. A value
//! that nobody knows makes a condition unknown instead of true or false, unless the other side decides it alone.
//! Every part keeps its place in the text, so that a mistake shows at its word.

mod arithmetic;
mod ast;
mod check;
mod comparisons;
mod evaluate;
mod lexer;
mod parser;
mod path;
mod value;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::expression::ast::Ast;

pub use crate::expression::check::{Scope, Type};
pub use crate::expression::comparisons::Comparison;
pub use crate::expression::path::Path;
pub use crate::expression::value::{Environment, Value};

/// A parsed expression. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Expression {
    text: Arc<str>,
    root: Arc<Ast>,
    paths: Arc<[Path]>,
}

/// A mistake in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// What was found, and what was expected.
    pub message: String,
    /// Where: bytes of the expression's text.
    pub range: Range<usize>,
    /// What to write instead, where that is clear.
    pub help: Option<String>,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ExpressionError {}

impl ExpressionError {
    pub(super) fn new(message: impl Into<String>, range: Range<usize>) -> Self {
        Self { message: message.into(), range, help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// At the first place where the text is no expression.
    ///
    /// ```
    /// use thalweg::expression::Expression;
    /// let expression = Expression::parse("node.timeout > 900s && record.status < 500").unwrap();
    /// assert_eq!(expression.paths()[1][..], ["record", "status"]);
    /// assert_eq!(Expression::parse("a = 3").unwrap_err().help.unwrap(), "write `==`");
    /// ```
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let (root, paths) = parser::parse(text)?;
        Ok(Self { text: text.into(), root: Arc::new(root), paths: paths.into() })
    }

    /// The text that it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The paths that it reads, each once, in the order of their first mention. Their indices are the slots of
    /// [`Environment::slot`].
    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// Its value in these surroundings. Cannot fail: what cannot be worked out is unknown.
    #[must_use]
    pub fn evaluate(&self, environment: &dyn Environment) -> Value {
        evaluate::evaluate(&self.root, environment)
    }

    /// Its type in this scope.
    ///
    /// # Errors
    /// Every unknown name, wrong type and wrong unit in it.
    pub fn check(&self, scope: &dyn Scope) -> Result<Type, Vec<ExpressionError>> {
        check::check(&self.root, scope)
    }
}

#[cfg(test)]
mod tests;
