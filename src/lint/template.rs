//! Messages with expressions in braces: `` `{node.id}` works for {node.work.duration} ``.

use std::fmt::Write as _;

use crate::expression::{Environment, Expression, ExpressionError, Value};

/// A text with expressions in it.
#[derive(Debug, Clone)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    /// An expression, and where it starts in the template.
    Expression(Expression, usize),
}

impl Template {
    /// Reads a template; `{{` stands for a brace.
    ///
    /// # Errors
    /// For a brace that is not closed and an expression that is none, at their place.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let at = text.len() - rest.len() + open;
            if rest[open..].starts_with("{{") {
                parts.push(Part::Text(rest[..=open].to_owned()));
                rest = &rest[open + 2..];
                continue;
            }
            let Some(length) = rest[open..].find('}') else {
                let (message, range) = ("this brace is not closed".to_owned(), at..at + 1);
                return Err(ExpressionError {
                    message,
                    range,
                    help: Some("write `{{` for a brace".to_owned()),
                });
            };
            parts.push(Part::Text(rest[..open].to_owned()));
            let expression = Expression::parse(&rest[open + 1..open + length]).map_err(|error| {
                ExpressionError { range: error.range.start + at + 1..error.range.end + at + 1, ..error }
            })?;
            parts.push(Part::Expression(expression, at + 1));
            rest = &rest[open + length + 1..];
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The template as it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with every expression's value. Measured and derived quantities read better rounded.
    ///
    /// # Panics
    /// Never: text is written to memory.
    #[must_use]
    pub fn render(&self, environment: &dyn Environment) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Expression(expression, _) => {
                    write!(text, "{}", shown(&expression.evaluate(environment))).expect("memory");
                }
            }
        }
        text
    }

    /// The expressions with the places at which they start.
    pub(super) fn expressions(&self) -> impl Iterator<Item = (&Expression, usize)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Expression(expression, at) => Some((expression, *at)),
            Part::Text(_) => None,
        })
    }
}

/// A quantity that reads back exactly in few characters is shown so, any other rounded; so are thousands of microseconds.
fn shown(value: &Value) -> String {
    match value {
        Value::Quantity(quantity) => {
            let exact = quantity.to_string();
            let fine = exact.ends_with("us") && exact.len() > "999us".len();
            if exact.len() <= 10 && !fine { exact } else { quantity.approximate() }
        }
        other => other.to_string(),
    }
}
