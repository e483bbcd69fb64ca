//! The parts of Flink's grammar that the parser does not know by itself.

use sqlparser::ast::Expr;
use sqlparser::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

/// Generic SQL with back-ticked names, versions of tables, and `TABLE t` as an argument.
#[derive(Debug)]
pub(super) struct FlinkDialect;

impl Dialect for FlinkDialect {
    fn is_identifier_start(&self, character: char) -> bool {
        character.is_alphabetic() || character == '_'
    }

    fn is_identifier_part(&self, character: char) -> bool {
        character.is_alphanumeric() || matches!(character, '_' | '$')
    }

    fn is_delimited_identifier_start(&self, character: char) -> bool {
        character == '`'
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    fn supports_named_fn_args_with_rarrow_operator(&self) -> bool {
        true
    }

    fn supports_table_versioning(&self) -> bool {
        true
    }

    /// `TABLE t` is the name of the table, and `TABLE t PARTITION BY a, b` a tuple of it and the keys; `TABLE(…)` is left
    /// to the parser.
    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        let is_table = |token: &Token| matches!(token, Token::Word(word) if word.keyword == Keyword::TABLE);
        let named = matches!(parser.peek_nth_token(1).token, Token::Word(_));
        if !is_table(&parser.peek_token().token) || !named {
            return None;
        }
        parser.next_token();
        Some(parser.parse_identifier().map(Expr::Identifier).and_then(|table| {
            if !parser.parse_keywords(&[Keyword::PARTITION, Keyword::BY]) {
                return Ok(table);
            }
            let mut parts = vec![table, Expr::Identifier(parser.parse_identifier()?)];
            // A comma belongs to the keys only where no call follows it, as the descriptor's does.
            while matches!(parser.peek_token().token, Token::Comma)
                && !matches!(parser.peek_nth_token(2).token, Token::LParen | Token::RArrow)
            {
                parser.next_token();
                parts.push(Expr::Identifier(parser.parse_identifier()?));
            }
            Ok(Expr::Tuple(parts))
        }))
    }
}
