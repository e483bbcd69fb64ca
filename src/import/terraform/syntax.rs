//! The syntax of a Terraform configuration: bodies of arguments and blocks, and expressions, each with its place.
//!
//! Native syntax and JSON lower to the same shapes ([`native`](super::native), [`json`](super::json)), so that nothing
//! after them knows which of the two a file was written in. Spans count in the space of all files.

use crate::source::Span;

/// Arguments and blocks, each kind in the order of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    pub(super) arguments: Vec<Argument>,
    pub(super) blocks: Vec<Block>,
}

/// `key = value`.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: Expression,
}

/// `kind "label" { ... }`.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) kind: String,
    pub(super) kind_span: Span,
    pub(super) labels: Vec<Label>,
    pub(super) body: Body,
    /// The whole block.
    pub(super) span: Span,
}

/// A label of a block.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) span: Span,
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    /// Text, a number or a truth value, as written.
    Literal(String),
    /// Text with parts to be worked out.
    Template(Vec<Part>),
    List(Vec<Expression>),
    Object(Vec<(Key, Expression)>),
    /// The first name of a reference.
    Variable(String),
    /// `of.name`
    Attribute(Box<Expression>, String),
    /// `of[index]`
    Index(Box<Expression>, Box<Expression>),
    /// `of[*]` with what is looked up in every item.
    Splat(Box<Expression>, Vec<Access>),
    Call(Box<Call>),
    Conditional(Box<Conditional>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary(Operator, Box<(Expression, Expression)>),
    For(Box<For>),
}

/// A key of an object: a name, or an expression.
#[derive(Debug, Clone)]
pub(super) enum Key {
    Name(String, Span),
    Computed(Expression),
}

/// A look into a value.
#[derive(Debug, Clone)]
pub(super) enum Access {
    Attribute(String),
    Index(Expression),
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Vec<Expression>,
    /// Whether the last argument is a list of arguments.
    pub(super) expands: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Conditional {
    pub(super) condition: Expression,
    pub(super) yes: Expression,
    pub(super) no: Expression,
}

/// `[for key, value in collection : result if condition]`, or with braces and a key.
#[derive(Debug, Clone)]
pub(super) struct For {
    pub(super) key_name: Option<String>,
    pub(super) value_name: String,
    pub(super) collection: Expression,
    /// The key of each member, where the result is an object.
    pub(super) key: Option<Expression>,
    pub(super) value: Expression,
    pub(super) condition: Option<Expression>,
    /// Whether values of the same key make a list.
    pub(super) groups: bool,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    LessOrEqual,
    GreaterOrEqual,
    Less,
    Greater,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    And,
    Or,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Literal(String, Span),
    Value(Expression),
    /// `%{ if }`: the parts of both branches.
    If(Expression, Vec<Part>, Vec<Part>),
    /// `%{ for }`: the names for key and value, the collection, and the parts for each item.
    For(Option<String>, String, Expression, Vec<Part>),
}

impl Argument {
    /// A value that was typed in, and stands in no file.
    pub(super) fn typed(key: &str, value: &str) -> Self {
        let span = Span::at(0);
        let value = Expression { span, kind: Kind::Literal(value.to_owned()) };
        Self { key: key.to_owned(), key_span: span, value }
    }
}

impl Body {
    /// The value of an argument.
    pub(super) fn argument(&self, key: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.key == key)
    }

    /// The blocks of a kind.
    pub(super) fn blocks<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }
}
