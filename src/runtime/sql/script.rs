//! A script of SQL taken apart, with the places of its parts, for whoever hands it on to Flink.

use std::ops::Range;

use sqlparser::tokenizer::{Token, Tokenizer};

use crate::runtime::sql::SqlError;
use crate::runtime::sql::compile;
use crate::runtime::sql::dialect::FlinkDialect;

/// A statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it does.
    pub kind: PartKind,
    /// Where it stands, without the semicolon: bytes of the SQL.
    pub range: Range<usize>,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKind {
    /// `SET 'key' = …`.
    Set(String),
    /// `CREATE TABLE`.
    Table {
        /// The table's name.
        name: String,
        /// Where `WITH (…)` stands, or would stand: bytes of the SQL.
        options: Range<usize>,
        /// Whether the options name a connector.
        has_connector: bool,
    },
    /// `CREATE VIEW`, with the view's name.
    View(String),
    /// `INSERT INTO`, with the table's name.
    Insert(String),
    /// A query whose rows go to all sinks.
    Query,
    /// Anything else.
    Other,
}

/// The statements of a script.
///
/// # Errors
/// Where the script is no SQL.
pub fn parts(sql: &str) -> Result<Vec<Part>, SqlError> {
    compile::parts(sql)
}

/// The SQL with back-ticks around every name that `is_quoted` wants them around. A word before a bracket is a function, and
/// one after a text is a unit.
#[must_use]
pub fn quoted(sql: &str, is_quoted: impl Fn(&str) -> bool) -> String {
    let Ok(tokens) = Tokenizer::new(&FlinkDialect, sql).with_unescape(false).tokenize_with_location() else {
        return sql.to_owned();
    };
    let solid: Vec<_> = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
    let mut text = String::with_capacity(sql.len());
    let mut done = 0;
    for (place, token) in solid.iter().enumerate() {
        let Token::Word(word) = &token.token else { continue };
        let follows_text =
            place > 0 && matches!(solid[place - 1].token, Token::SingleQuotedString(_) | Token::Number(..));
        let is_call = solid.get(place + 1).is_some_and(|next| next.token == Token::LParen);
        if word.quote_style.is_some() || follows_text || is_call || !is_quoted(&word.value) {
            continue;
        }
        let Some(range) = compile::range_of(sql, token.span) else { continue };
        text.push_str(&sql[done..range.start]);
        text.push('`');
        text.push_str(&sql[range.clone()]);
        text.push('`');
        done = range.end;
    }
    text.push_str(&sql[done..]);
    text
}

#[cfg(test)]
mod tests {
    use super::{Part, PartKind, parts, quoted};

    #[test]
    fn reserved_names_are_quoted_where_they_are_names() {
        let is_quoted = |word: &str| matches!(word, "at" | "value" | "count" | "hour");
        let sql = "SELECT value, AVG(value) AS value, count(*) AS count FROM t -- at\nWHERE at > 'at' AND x < at + INTERVAL '1' hour";
        assert_eq!(
            quoted(sql, is_quoted),
            "SELECT `value`, AVG(`value`) AS `value`, count(*) AS `count` FROM t -- at\nWHERE `at` > 'at' AND x < `at` + INTERVAL '1' hour"
        );
    }

    #[test]
    fn a_script_falls_into_its_statements() {
        let sql = "SET 'a' = 'b'; CREATE TABLE t (x INT) WITH ('connector' = 'print');\nCREATE TABLE u (x INT);INSERT INTO t SELECT x FROM u";
        let found = parts(sql).unwrap();
        let texts: Vec<&str> = found.iter().map(|part| &sql[part.range.clone()]).collect();
        assert_eq!(texts[1], "CREATE TABLE t (x INT) WITH ('connector' = 'print')");
        assert_eq!(texts[3], "INSERT INTO t SELECT x FROM u");
        let options: Vec<_> = found
            .iter()
            .filter_map(|part| match part {
                Part { kind: PartKind::Table { options, has_connector, .. }, .. } => {
                    Some((&sql[options.clone()], *has_connector))
                }
                _ => None,
            })
            .collect();
        assert_eq!(options, [("WITH ('connector' = 'print')", true), ("", false)]);
        assert_eq!(found[3].kind, PartKind::Insert("t".to_owned()));
    }
}
