//! Takes a script apart into statements.

use std::ops::Range;

use sqlparser::ast::{Expr, Ident, Query};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token};

use crate::runtime::sql::dialect::FlinkDialect;

/// A statement, and where its beginning stands.
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    pub(super) start: Location,
    pub(super) end: Location,
}

pub(super) enum StatementKind {
    Query(Box<Query>),
    Insert {
        table: Ident,
        columns: Vec<Ident>,
        query: Box<Query>,
    },
    View {
        name: Ident,
        columns: Vec<Ident>,
        query: Box<Query>,
    },
    Table(Box<TableDefinition>),
    Set(String, String),
    /// What does not run here, in its own words.
    Other(String),
}

/// `CREATE TABLE`.
pub(super) struct TableDefinition {
    pub(super) name: Ident,
    pub(super) columns: Vec<ColumnDefinition>,
    pub(super) watermark: Option<(Ident, Expr)>,
    pub(super) key: Vec<Ident>,
    pub(super) options: Vec<(String, String)>,
    /// Where the options stand, or would stand.
    pub(super) place: (Location, Location),
}

pub(super) struct ColumnDefinition {
    pub(super) name: Ident,
    pub(super) kind: ColumnKind,
}

pub(super) enum ColumnKind {
    /// A type in its own words, in capitals.
    Physical(String),
    Computed(Box<Expr>),
    Metadata,
}

/// The statements of a script.
pub(super) fn statements(sql: &str) -> Result<Vec<Statement>, ParserError> {
    let mut script =
        Script { parser: Parser::new(&FlinkDialect).with_recursion_limit(64).try_with_sql(sql)? };
    let mut found = Vec::new();
    loop {
        while script.parser.consume_token(&Token::SemiColon) || script.bracket() {}
        let start = script.parser.peek_token().span.start;
        if script.parser.peek_token().token == Token::EOF {
            return Ok(found);
        }
        let kind = script.statement()?;
        let next = script.parser.peek_token();
        if !matches!(next.token, Token::SemiColon | Token::EOF) {
            return script.parser.expected("`;` or the end", next);
        }
        let end = script.parser.get_current_token().span.end;
        found.push(Statement { kind, start, end });
    }
}

struct Script<'a> {
    parser: Parser<'a>,
}

impl Script<'_> {
    /// Whether the next words are these; they are passed over then.
    fn words(&mut self, words: &[&str]) -> bool {
        let there = words.iter().enumerate().all(|(index, wanted)| {
            matches!(&self.parser.peek_nth_token(index).token, Token::Word(word)
                if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted))
        });
        if there {
            for _ in words {
                self.parser.next_token();
            }
        }
        there
    }

    /// What a set of statements begins and ends with.
    fn bracket(&mut self) -> bool {
        self.words(&["EXECUTE", "STATEMENT", "SET", "BEGIN"])
            || self.words(&["BEGIN", "STATEMENT", "SET"])
            || self.words(&["END"])
    }

    fn statement(&mut self) -> Result<StatementKind, ParserError> {
        if self.words(&["SET"]) {
            let key = self.parser.parse_literal_string()?;
            self.parser.expect_token(&Token::Eq)?;
            return Ok(StatementKind::Set(key, self.parser.parse_literal_string()?));
        }
        self.words(&["EXECUTE"]);
        if self.words(&["INSERT", "INTO"]) {
            let table = self.parser.parse_identifier()?;
            let is_query = self.parser.peek_nth_token(1);
            let is_query = matches!(&is_query.token, Token::Word(word)
                if matches!(word.keyword, Keyword::SELECT | Keyword::WITH | Keyword::VALUES));
            let columns = if is_query { Vec::new() } else { self.names()? };
            return Ok(StatementKind::Insert { table, columns, query: self.parser.parse_query()? });
        }
        if self.words(&["CREATE"]) {
            return self.create();
        }
        if let Token::Word(word) = self.parser.peek_token().token
            && !matches!(word.keyword, Keyword::SELECT | Keyword::WITH | Keyword::VALUES)
        {
            return Ok(self.skip(format!("`{}`", word.value.to_uppercase())));
        }
        Ok(StatementKind::Query(self.parser.parse_query()?))
    }

    /// `(a, b)`, where that is next.
    fn names(&mut self) -> Result<Vec<Ident>, ParserError> {
        if !self.parser.consume_token(&Token::LParen) {
            return Ok(Vec::new());
        }
        let names = self.parser.parse_comma_separated(Parser::parse_identifier)?;
        self.parser.expect_token(&Token::RParen)?;
        Ok(names)
    }

    fn skip(&mut self, what: String) -> StatementKind {
        while !matches!(self.parser.peek_token().token, Token::SemiColon | Token::EOF) {
            self.parser.next_token();
        }
        StatementKind::Other(what)
    }

    fn create(&mut self) -> Result<StatementKind, ParserError> {
        self.words(&["OR", "REPLACE"]);
        self.words(&["TEMPORARY"]);
        let is_view = self.words(&["VIEW"]);
        if !is_view && !self.words(&["TABLE"]) {
            let next = self.parser.peek_token().token.to_string().to_uppercase();
            return Ok(self.skip(format!("`CREATE {next}`")));
        }
        self.words(&["IF", "NOT", "EXISTS"]);
        let name = self.parser.parse_identifier()?;
        if is_view {
            let columns = self.names()?;
            self.comment()?;
            self.parser.expect_keyword_is(Keyword::AS)?;
            return Ok(StatementKind::View { name, columns, query: self.parser.parse_query()? });
        }
        self.table(name).map(|table| StatementKind::Table(Box::new(table)))
    }

    fn comment(&mut self) -> Result<(), ParserError> {
        if self.words(&["COMMENT"]) {
            self.parser.parse_literal_string()?;
        }
        Ok(())
    }

    fn table(&mut self, name: Ident) -> Result<TableDefinition, ParserError> {
        let mut table = TableDefinition {
            name,
            columns: Vec::new(),
            watermark: None,
            key: Vec::new(),
            options: Vec::new(),
            place: (Location::new(0, 0), Location::new(0, 0)),
        };
        self.parser.expect_token(&Token::LParen)?;
        loop {
            self.element(&mut table)?;
            if !self.parser.consume_token(&Token::Comma) {
                break;
            }
        }
        self.parser.expect_token(&Token::RParen)?;
        self.comment()?;
        if self.words(&["PARTITIONED", "BY"]) {
            self.names()?;
        }
        let end = self.parser.get_current_token().span.end;
        table.place = (end, end);
        let next = self.parser.peek_token().span.start;
        if self.words(&["WITH"]) {
            self.parser.expect_token(&Token::LParen)?;
            while !self.parser.consume_token(&Token::RParen) {
                let key = self.parser.parse_literal_string()?;
                self.parser.expect_token(&Token::Eq)?;
                table.options.push((key, self.parser.parse_literal_string()?));
                if !self.parser.consume_token(&Token::Comma) {
                    self.parser.expect_token(&Token::RParen)?;
                    break;
                }
            }
            table.place = (next, self.parser.get_current_token().span.end);
        }
        Ok(table)
    }

    /// A column, the watermark or the primary key.
    fn element(&mut self, table: &mut TableDefinition) -> Result<(), ParserError> {
        if self.words(&["WATERMARK", "FOR"]) {
            let column = self.parser.parse_identifier()?;
            self.parser.expect_keyword_is(Keyword::AS)?;
            table.watermark = Some((column, self.parser.parse_expr()?));
            return Ok(());
        }
        if self.words(&["CONSTRAINT"]) {
            self.parser.parse_identifier()?;
        }
        if self.words(&["PRIMARY", "KEY"]) {
            table.key = self.names()?;
            self.words(&["NOT", "ENFORCED"]);
            return Ok(());
        }
        let name = self.parser.parse_identifier()?;
        let kind = if self.words(&["AS"]) {
            ColumnKind::Computed(Box::new(self.parser.parse_expr()?))
        } else {
            ColumnKind::Physical(self.data_type()?)
        };
        let mut column = ColumnDefinition { name, kind };
        self.words(&["NOT", "NULL"]);
        self.words(&["NULL"]);
        if self.words(&["METADATA"]) {
            if self.words(&["FROM"]) {
                self.parser.parse_literal_string()?;
            }
            self.words(&["VIRTUAL"]);
            column.kind = ColumnKind::Metadata;
        }
        if self.words(&["PRIMARY", "KEY"]) {
            self.words(&["NOT", "ENFORCED"]);
            table.key = vec![column.name.clone()];
        }
        self.comment()?;
        table.columns.push(column);
        Ok(())
    }

    /// The words of a type, with what stands in its brackets.
    fn data_type(&mut self) -> Result<String, ParserError> {
        let first = self.parser.next_token();
        let Token::Word(word) = &first.token else { return self.parser.expected("a type", first) };
        let mut text = word.value.to_uppercase();
        if text == "DOUBLE" {
            self.words(&["PRECISION"]);
        }
        if matches!(self.parser.peek_token().token, Token::LParen | Token::Lt) {
            let mut depth = 0;
            loop {
                let token = self.parser.next_token();
                match token.token {
                    Token::LParen | Token::Lt => depth += 1,
                    Token::RParen | Token::Gt => depth -= 1,
                    Token::ShiftRight => depth -= 2,
                    Token::EOF => return self.parser.expected("the end of a type", token),
                    _ => {}
                }
                text.push_str(&token.token.to_string());
                if depth <= 0 {
                    break;
                }
            }
        }
        for (words, name) in [
            (&["WITH", "LOCAL", "TIME", "ZONE"][..], "_LTZ"),
            (&["WITHOUT", "TIME", "ZONE"][..], ""),
            (&["WITH", "TIME", "ZONE"][..], " WITH TIME ZONE"),
        ] {
            if self.words(words) {
                text = text.replacen("TIMESTAMP", &format!("TIMESTAMP{name}"), 1);
            }
        }
        Ok(text)
    }
}

/// The bytes from one place to another.
pub(super) fn range(sql: &str, start: Location, end: Location) -> Option<Range<usize>> {
    let range = offset(sql, start)?..offset(sql, end)?;
    (range.end > range.start).then_some(range)
}

/// The byte at which a line and column of the parser begin; both count from 1, columns in characters.
pub(in crate::runtime::sql) fn offset(sql: &str, location: Location) -> Option<usize> {
    let line = usize::try_from(location.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(location.column).ok()?.checked_sub(1)?;
    let start: usize = sql.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = sql.get(start..)?;
    Some(start + rest.char_indices().nth(column).map_or(rest.len(), |(index, _)| index))
}
