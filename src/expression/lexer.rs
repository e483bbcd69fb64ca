//! Cuts the text of an expression into tokens.

use std::ops::Range;

use crate::expression::ExpressionError;
use crate::units::Quantity;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Quantity(Quantity),
    Text(String),
    Name(String),
    /// An operator or a bracket.
    Symbol(&'static str),
    End,
}

const SYMBOLS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}",
    ",", ".", "?", ":", "=",
];

const UNITS: [&str; 21] = [
    "us", "ms", "s", "min", "m", "h", "d", "w", "B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB",
    "USD", "kb", "Mib", "mb",
];

/// The tokens with their places; the last is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, ExpressionError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '0'..='9' => quantity(rest, at)?,
            '\'' | '"' => quoted(rest, first, at)?,
            _ if first.is_alphabetic() || first == '_' => name(rest),
            _ => symbol(rest, at)?,
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

fn name(rest: &str) -> (Token, usize) {
    let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    (Token::Name(rest[..length].to_owned()), length)
}

fn symbol(rest: &str, at: usize) -> Result<(Token, usize), ExpressionError> {
    let found = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
    match found {
        Some("=") => Err(ExpressionError::new("`=` compares nothing", at..at + 1).help("write `==`")),
        Some(symbol) => Ok((Token::Symbol(symbol), symbol.len())),
        None => {
            let strange = rest.chars().next().unwrap_or_default();
            let message = format!("`{strange}` means nothing here");
            let error = ExpressionError::new(message, at..at + strange.len_utf8());
            Err(match strange {
                '&' => error.help("write `&&`"),
                '|' => error.help("write `||`"),
                _ => error,
            })
        }
    }
}

fn quoted(rest: &str, quote: char, at: usize) -> Result<(Token, usize), ExpressionError> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, other)) => text.push(other),
                None => break,
            },
            _ if character == quote => return Ok((Token::Text(text), index + 1)),
            _ => text.push(character),
        }
    }
    let error = ExpressionError::new("the quote is not closed", at..at + rest.len());
    Err(error.help(format!("close it with `{quote}`")))
}

/// A number and its unit: `900s`, `1h30m`, `5 MiB`, `2000/s`, `2 MB/s`.
fn quantity(rest: &str, at: usize) -> Result<(Token, usize), ExpressionError> {
    let mut end = digits(rest);
    end += unit(&rest[end..]);
    while rest[end..].starts_with(|c: char| c.is_ascii_digit()) {
        let more = digits(&rest[end..]);
        let unit = unit(&rest[end + more..]);
        if unit == 0 {
            break;
        }
        end += more + unit;
    }
    match Quantity::parse(&rest[..end]) {
        Ok(quantity) => Ok((Token::Quantity(quantity), end)),
        Err(error) => {
            let help = error.help.clone();
            let error = ExpressionError::new(error.message, at..at + end);
            Err(if help.is_empty() { error } else { error.help(help) })
        }
    }
}

/// The length of the number, without a dot that begins a call.
fn digits(rest: &str) -> usize {
    let length = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).unwrap_or(rest.len());
    rest[..length].trim_end_matches(['.', '_']).len()
}

/// The length of a unit with what stands before it, or 0.
fn unit(rest: &str) -> usize {
    let space = usize::from(rest.starts_with(' '));
    let word = rest[space..].find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len() - space);
    let known = UNITS.contains(&&rest[space..space + word]);
    let attached = space == 0 && word > 0;
    let length = if known || attached { space + word } else { 0 };
    length + per_time(&rest[length..])
}

fn per_time(rest: &str) -> usize {
    let Some(after) = rest.strip_prefix('/') else { return 0 };
    let word = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
    if matches!(&after[..word], "s" | "min" | "m" | "h" | "d") { 1 + word } else { 0 }
}
