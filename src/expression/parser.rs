//! Parses expressions by the strength of their operators.

use std::ops::Range;

use crate::expression::ast::{Ast, Kind, Operator};
use crate::expression::lexer::{Token, tokens};
use crate::expression::{ExpressionError, Path, Value};

/// Deeper nesting is refused, since what walks the parts recurses.
const DEEPEST: usize = 64;
/// Longer expressions are refused for the same reason: every operator of a chain is one level more.
const LONGEST: usize = 1_000;

type Parsed = Result<Ast, ExpressionError>;

/// The root and the paths that are read.
pub(super) fn parse(text: &str) -> Result<(Ast, Vec<Path>), ExpressionError> {
    let tokens = tokens(text)?;
    if let Some((_, range)) = tokens.get(LONGEST) {
        let message = format!("an expression has at most {LONGEST} words and signs");
        return Err(ExpressionError::new(message, range.clone()));
    }
    let mut parser = Parser { tokens, at: 0, depth: 0, paths: Vec::new() };
    let root = parser.expression()?;
    match parser.peek() {
        Token::End => Ok((root, parser.paths)),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    paths: Vec<Path>,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn range(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    /// The next token; the end is never passed.
    fn next(&mut self) -> (Token, Range<usize>) {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(found) if *found == symbol);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<Range<usize>, ExpressionError> {
        let range = self.range();
        if self.takes(symbol) { Ok(range) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, expected: &str) -> ExpressionError {
        let found = match self.peek() {
            Token::End => "the end".to_owned(),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::Name(name) => format!("`{name}`"),
            Token::Text(_) => "a text".to_owned(),
            Token::Quantity(quantity) => format!("`{quantity}`"),
        };
        let error =
            ExpressionError::new(format!("{expected} is expected here, and not {found}"), self.range());
        match self.peek() {
            Token::Name(name) if name == "and" => error.help("write `&&`"),
            Token::Name(name) if name == "or" => error.help("write `||`"),
            Token::Name(name) if name == "not" => error.help("write `!`"),
            _ => error,
        }
    }

    fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(ExpressionError::new("this is nested too deeply", self.range()));
        }
        let condition = self.binary(1)?;
        let whole = if self.takes("?") {
            let yes = self.expression()?;
            self.expect(":")?;
            let no = self.expression()?;
            let range = condition.range.start..no.range.end;
            Ast { kind: Kind::Conditional(Box::new(condition), Box::new(yes), Box::new(no)), range }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(whole)
    }

    fn binary(&mut self, weakest: u8) -> Parsed {
        let mut left = self.unary()?;
        while let Some(operator) = self.operator().filter(|operator| operator.strength() >= weakest) {
            self.next();
            let right = self.binary(operator.strength() + 1)?;
            let range = left.range.start..right.range.end;
            left = Ast { kind: Kind::Binary(operator, Box::new(left), Box::new(right)), range };
        }
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        let symbol = match self.peek() {
            Token::Symbol(symbol) => *symbol,
            Token::Name(name) if name == "in" => "in",
            _ => return None,
        };
        let all = [
            Operator::Or,
            Operator::And,
            Operator::Equal,
            Operator::NotEqual,
            Operator::Less,
            Operator::LessOrEqual,
            Operator::Greater,
            Operator::GreaterOrEqual,
            Operator::In,
            Operator::Add,
            Operator::Subtract,
            Operator::Multiply,
            Operator::Divide,
            Operator::Remainder,
        ];
        all.into_iter().find(|operator| operator.as_str() == symbol)
    }

    fn unary(&mut self) -> Parsed {
        let start = self.range().start;
        let mut signs = Vec::new();
        loop {
            if self.takes("!") {
                signs.push(true);
            } else if self.takes("-") {
                signs.push(false);
            } else {
                break;
            }
            if signs.len() > DEEPEST {
                return Err(ExpressionError::new("this is nested too deeply", self.range()));
            }
        }
        let mut operand = self.postfix()?;
        for not in signs.into_iter().rev() {
            let range = start..operand.range.end;
            let operand_box = Box::new(operand);
            operand =
                Ast { kind: if not { Kind::Not(operand_box) } else { Kind::Negate(operand_box) }, range };
        }
        Ok(operand)
    }

    /// A primary followed by `.function(…)`.
    fn postfix(&mut self) -> Parsed {
        let mut receiver = self.primary()?;
        while self.takes(".") {
            let (token, range) = self.next();
            let Token::Name(name) = token else {
                self.at -= 1;
                return Err(self.unexpected("the name of a function"));
            };
            if !matches!(self.peek(), Token::Symbol("(")) {
                return Err(ExpressionError::new(format!("`{name}` is no function of this value"), range)
                    .help(format!("write `{name}(…)`, or read a field by a path of names")));
            }
            let start = receiver.range.start;
            let (mut arguments, end) = self.arguments()?;
            arguments.insert(0, receiver);
            receiver = Ast { kind: Kind::Call(name, arguments), range: start..end };
        }
        Ok(receiver)
    }

    fn arguments(&mut self) -> Result<(Vec<Ast>, usize), ExpressionError> {
        self.expect("(")?;
        let arguments = self.items(")")?;
        let end = self.expect(")")?.end;
        Ok((arguments, end))
    }

    /// Expressions between commas, up to the closing bracket, which is left.
    fn items(&mut self, closing: &'static str) -> Result<Vec<Ast>, ExpressionError> {
        let mut items = Vec::new();
        while *self.peek() != Token::Symbol(closing) {
            items.push(self.expression()?);
            if !self.takes(",") {
                break;
            }
        }
        Ok(items)
    }

    fn primary(&mut self) -> Parsed {
        let (token, range) = self.next();
        let kind = match token {
            Token::Quantity(quantity) => Kind::Literal(Value::Quantity(quantity)),
            Token::Text(text) => Kind::Literal(Value::Text(text.into())),
            Token::Name(name) => return self.named(name, range),
            Token::Symbol("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Symbol("[") => {
                let items = self.items("]")?;
                let end = self.expect("]")?.end;
                return Ok(Ast { kind: Kind::List(items), range: range.start..end });
            }
            Token::Symbol("{") => return self.object(range.start),
            _ => {
                self.at -= usize::from(token != Token::End);
                return Err(self.unexpected("a value"));
            }
        };
        Ok(Ast { kind, range })
    }

    fn object(&mut self, start: usize) -> Parsed {
        let mut entries = Vec::new();
        while !matches!(self.peek(), Token::Symbol("}")) {
            let (token, _) = self.next();
            let (Token::Name(key) | Token::Text(key)) = token else {
                self.at -= usize::from(token != Token::End);
                return Err(self.unexpected("a key"));
            };
            self.expect(":")?;
            entries.push((key, self.expression()?));
            if !self.takes(",") {
                break;
            }
        }
        let end = self.expect("}")?.end;
        Ok(Ast { kind: Kind::Object(entries), range: start..end })
    }

    /// `true`, `null`, a function or a path; the last name of a path may be a function of what stands before it.
    fn named(&mut self, first: String, range: Range<usize>) -> Parsed {
        let kind = match first.as_str() {
            "true" => Kind::Literal(Value::Flag(true)),
            "false" => Kind::Literal(Value::Flag(false)),
            "null" => Kind::Literal(Value::Null),
            _ if matches!(self.peek(), Token::Symbol("(")) => {
                let (arguments, end) = self.arguments()?;
                return Ok(Ast { kind: Kind::Call(first, arguments), range: range.start..end });
            }
            _ => return Ok(self.path(first, range)),
        };
        Ok(Ast { kind, range })
    }

    fn path(&mut self, first: String, range: Range<usize>) -> Ast {
        let (start, mut end) = (range.start, range.end);
        let mut names = vec![first];
        while let [(Token::Symbol("."), _), (Token::Name(name), place), (after, _), ..] =
            &self.tokens[self.at..]
        {
            if matches!(after, Token::Symbol("(")) {
                break;
            }
            end = place.end;
            names.push(name.clone());
            self.at += 2;
        }
        let path = Path::new(names);
        let slot = self.paths.iter().position(|known| *known == path).unwrap_or_else(|| {
            self.paths.push(path.clone());
            self.paths.len() - 1
        });
        Ast { kind: Kind::Path(path, slot), range: start..end }
    }
}
