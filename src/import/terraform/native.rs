//! Reads Terraform's native syntax, by hcl-edit, into the shapes of [`syntax`](super::syntax).
//!
//! hcl-edit bounds how deep expressions nest, so walking what it gives cannot exhaust the stack. It stops at the first
//! mistake of a file; what stands before and after is then not read.

use std::ops::Range;

use hcl_edit::expr::{self, BinaryOperator, ObjectKey, TraversalOperator, UnaryOperator};
use hcl_edit::parser;
use hcl_edit::structure::{self, Structure};
use hcl_edit::template::{self, Directive, Element, Strip};

use crate::diagnostic::{Diagnostic, Label as Place};
use crate::import::terraform::syntax::{
    Access, Argument, Block, Body, Call, Conditional, Expression, For, Key, Kind, Label, Operator, Part,
};
use crate::source::Span;

/// U+FEFF, which some editors put in front of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';
/// The most steps of one reference; each makes the tree one level deeper.
const LONGEST_TRAVERSAL: usize = 32;

/// The body of a file whose spans begin at `start`, or its first mistake.
pub(super) fn body(content: &str, start: u32) -> Result<Body, Box<Diagnostic>> {
    let (content, start) = without_mark(content, start);
    let body = parser::parse_body(content).map_err(|error| mistake(&error, start))?;
    Ok(Reader { start, fixed: None }.body(&body))
}

/// The parts of a template of its own, such as a file that `templatefile` names; all of them lie at `span`.
pub(super) fn template(content: &str, span: Span) -> Option<Vec<Part>> {
    let template = parser::parse_template(content).ok()?;
    Some(Reader { start: 0, fixed: Some(span) }.parts(&template))
}

fn without_mark(content: &str, start: u32) -> (&str, u32) {
    match content.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (rest, start + BYTE_ORDER_MARK.len_utf8() as u32),
        None => (content, start),
    }
}

fn mistake(error: &parser::Error, start: u32) -> Box<Diagnostic> {
    let offset = start + error.location().offset() as u32;
    let label = Place::new(Span::new(offset, offset + 1), "cannot be read from here");
    let message = format!("this is no Terraform configuration: {}", error.message());
    Box::new(
        Diagnostic::new("syntax", label, message).help("mend the file until `terraform validate` reads it"),
    )
}

struct Reader {
    start: u32,
    /// One place for all that is read.
    fixed: Option<Span>,
}

impl Reader {
    fn span(&self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or_default();
        let span = Span::new(self.start + range.start as u32, self.start + range.end as u32);
        self.fixed.unwrap_or(span)
    }

    fn of(&self, spanned: &impl hcl_edit::Span) -> Span {
        self.span(spanned.span())
    }

    fn body(&self, body: &structure::Body) -> Body {
        let mut read = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => read.arguments.push(Argument {
                    key: attribute.key.to_string(),
                    key_span: self.of(&attribute.key),
                    value: self.expression(&attribute.value),
                }),
                Structure::Block(block) => read.blocks.push(self.block(block)),
            }
        }
        read
    }

    fn block(&self, block: &structure::Block) -> Block {
        let kind_span = self.of(&block.ident);
        let labels: Vec<Label> = block.labels.iter().map(|label| self.label(label)).collect();
        let head = labels.last().map_or(kind_span, |label| kind_span.to(label.span));
        // The span of a block takes in the line end behind it.
        let span = self.of(block);
        let span = Span::new(span.start, span.end.saturating_sub(1).max(head.end));
        Block { kind: block.ident.to_string(), kind_span, labels, body: self.body(&block.body), span }
    }

    fn label(&self, label: &structure::BlockLabel) -> Label {
        Label { text: label.as_str().to_owned(), span: self.of(label) }
    }

    fn expression(&self, found: &expr::Expression) -> Expression {
        let span = self.of(found);
        let kind = match found {
            expr::Expression::Null(_) => Kind::Null,
            expr::Expression::Bool(flag) => Kind::Literal(flag.to_string()),
            expr::Expression::Number(number) => Kind::Literal(number.to_string()),
            expr::Expression::String(text) => Kind::Literal(text.to_string()),
            expr::Expression::Array(items) => {
                Kind::List(items.iter().map(|item| self.expression(item)).collect())
            }
            expr::Expression::Object(object) => Kind::Object(
                object.iter().map(|(key, value)| (self.key(key), self.expression(value.expr()))).collect(),
            ),
            expr::Expression::StringTemplate(template) => Kind::Template(self.parts(template)),
            expr::Expression::HeredocTemplate(heredoc) => Kind::Template(self.parts(&heredoc.template)),
            expr::Expression::Parenthesis(inner) => return self.expression(inner.inner()),
            expr::Expression::Variable(name) => Kind::Variable(name.to_string()),
            expr::Expression::Conditional(conditional) => Kind::Conditional(Box::new(Conditional {
                condition: self.expression(&conditional.cond_expr),
                yes: self.expression(&conditional.true_expr),
                no: self.expression(&conditional.false_expr),
            })),
            expr::Expression::FuncCall(call) => Kind::Call(Box::new(self.call(call))),
            expr::Expression::Traversal(traversal) => return self.traversal(traversal, span),
            expr::Expression::UnaryOp(operation) => {
                let operand = Box::new(self.expression(&operation.expr));
                match operation.operator.value() {
                    UnaryOperator::Neg => Kind::Negative(operand),
                    UnaryOperator::Not => Kind::Not(operand),
                }
            }
            expr::Expression::BinaryOp(operation) => Kind::Binary(
                operator(*operation.operator.value()),
                Box::new((self.expression(&operation.lhs_expr), self.expression(&operation.rhs_expr))),
            ),
            expr::Expression::ForExpr(found) => Kind::For(Box::new(self.for_each(found))),
        };
        Expression { span, kind }
    }

    fn key(&self, key: &ObjectKey) -> Key {
        match key {
            ObjectKey::Ident(name) => Key::Name(name.to_string(), self.of(name)),
            ObjectKey::Expression(expr::Expression::Variable(name)) => {
                Key::Name(name.to_string(), self.of(name))
            }
            ObjectKey::Expression(expr::Expression::String(text)) => {
                Key::Name(text.to_string(), self.of(text))
            }
            ObjectKey::Expression(computed) => Key::Computed(self.expression(computed)),
        }
    }

    fn call(&self, call: &expr::FuncCall) -> Call {
        let namespace: String =
            call.name.namespace.iter().flat_map(|name| [name.value().as_str(), "::"]).collect();
        Call {
            name: format!("{namespace}{}", call.name.name.value()),
            arguments: call.args.iter().map(|argument| self.expression(argument)).collect(),
            expands: call.args.expand_final(),
        }
    }

    /// The operators one around the other; what follows a splat is looked up in every item.
    fn traversal(&self, traversal: &expr::Traversal, span: Span) -> Expression {
        if traversal.operators.len() > LONGEST_TRAVERSAL {
            return Expression { span, kind: Kind::Variable("a reference that is too long".to_owned()) };
        }
        let mut found = self.expression(&traversal.expr);
        let mut operators = traversal.operators.iter();
        while let Some(operator) = operators.next() {
            let so_far = Box::new(found);
            let place = so_far.span.to(self.of(operator));
            let kind = match operator.value() {
                TraversalOperator::GetAttr(name) => Kind::Attribute(so_far, name.to_string()),
                TraversalOperator::Index(index) => Kind::Index(so_far, Box::new(self.expression(index))),
                TraversalOperator::LegacyIndex(index) => {
                    let index = Expression { span: place, kind: Kind::Literal(index.value().to_string()) };
                    Kind::Index(so_far, Box::new(index))
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let accesses = operators.by_ref().filter_map(|operator| self.access(operator.value()));
                    let kind = Kind::Splat(so_far, accesses.collect());
                    return Expression { span, kind };
                }
            };
            found = Expression { span: place, kind };
        }
        found
    }

    fn access(&self, operator: &TraversalOperator) -> Option<Access> {
        match operator {
            TraversalOperator::GetAttr(name) => Some(Access::Attribute(name.to_string())),
            TraversalOperator::Index(index) => Some(Access::Index(self.expression(index))),
            TraversalOperator::LegacyIndex(index) => {
                let kind = Kind::Literal(index.value().to_string());
                Some(Access::Index(Expression { span: self.of(index), kind }))
            }
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => None,
        }
    }

    fn for_each(&self, found: &expr::ForExpr) -> For {
        For {
            key_name: found.intro.key_var.as_ref().map(ToString::to_string),
            value_name: found.intro.value_var.to_string(),
            collection: self.expression(&found.intro.collection_expr),
            key: found.key_expr.as_ref().map(|key| self.expression(key)),
            value: self.expression(&found.value_expr),
            condition: found.cond.as_ref().map(|condition| self.expression(&condition.expr)),
            groups: found.grouping,
        }
    }

    /// The parts of a template. Whitespace beside `~` is taken off, as far as it lies in the neighbouring literal.
    fn parts(&self, template: &template::Template) -> Vec<Part> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut parts = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let before = index.checked_sub(1).is_some_and(|index| strips(elements[index]).1);
            let after = elements.get(index + 1).is_some_and(|next| strips(next).0);
            parts.push(match element {
                Element::Literal(text) => {
                    let mut literal = text.as_str();
                    literal = if before { literal.trim_start() } else { literal };
                    literal = if after { literal.trim_end() } else { literal };
                    Part::Literal(literal.to_owned(), self.of(text))
                }
                Element::Interpolation(found) => Part::Value(self.expression(&found.expr)),
                Element::Directive(directive) => self.directive(directive),
            });
        }
        parts
    }

    fn directive(&self, directive: &Directive) -> Part {
        match directive {
            Directive::If(found) => Part::If(
                self.expression(&found.if_expr.cond_expr),
                self.parts(&found.if_expr.template),
                found.else_expr.as_ref().map(|otherwise| self.parts(&otherwise.template)).unwrap_or_default(),
            ),
            Directive::For(found) => Part::For(
                found.for_expr.key_var.as_ref().map(ToString::to_string),
                found.for_expr.value_var.to_string(),
                self.expression(&found.for_expr.collection_expr),
                self.parts(&found.for_expr.template),
            ),
        }
    }
}

/// Whether an element takes off the whitespace before and behind it.
fn strips(element: &Element) -> (bool, bool) {
    let (first, last) = match element {
        Element::Literal(_) => return (false, false),
        Element::Interpolation(found) => (found.strip, found.strip),
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(found) => (found.if_expr.strip, found.endif_expr.strip),
            Directive::For(found) => (found.for_expr.strip, found.endfor_expr.strip),
        },
    };
    (matches!(first, Strip::Start | Strip::Both), matches!(last, Strip::End | Strip::Both))
}

fn operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::LessEq => Operator::LessOrEqual,
        BinaryOperator::GreaterEq => Operator::GreaterOrEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::Plus => Operator::Plus,
        BinaryOperator::Minus => Operator::Minus,
        BinaryOperator::Mul => Operator::Times,
        BinaryOperator::Div => Operator::Divide,
        BinaryOperator::Mod => Operator::Modulo,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}
