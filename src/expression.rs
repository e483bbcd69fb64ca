//! stub
#![allow(missing_docs)]
use crate::units::Quantity;
use std::ops::Range;
use std::sync::Arc;
#[derive(Debug, Clone)]
pub struct Expression(String);
pub struct ExpressionError {
    pub message: String,
    pub range: Range<usize>,
    pub help: Option<String>,
}
impl Expression {
    pub fn parse(t: &str) -> Result<Self, ExpressionError> {
        Ok(Self(t.to_owned()))
    }
    pub fn text(&self) -> &str {
        &self.0
    }
    pub fn evaluate(&self, _: &dyn Environment) -> Value {
        Value::Unknown
    }
}
pub trait Environment {
    fn get(&self, path: &[String]) -> Value;
}
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Unknown,
    Null,
    Flag(bool),
    Quantity(Quantity),
    Text(Arc<str>),
    List(Arc<[Value]>),
}
