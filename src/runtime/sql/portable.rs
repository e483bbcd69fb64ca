//! What of SQL means the same to the engine of a stream and to a store: anything else is refused, so that no answer is
//! another than the store's.

use sqlparser::tokenizer::{Token, Tokenizer};

use crate::runtime::sql::compile::offset;
use crate::runtime::sql::dialect::FlinkDialect;
use crate::runtime::sql::plan::{Operation, Program};
use crate::runtime::sql::{DataType, SqlError, aggregate};

/// Functions that mean the same.
const FUNCTIONS: [&str; 30] = [
    "ABS",
    "AVG",
    "CAST",
    "CEIL",
    "CEILING",
    "CHAR_LENGTH",
    "CHARACTER_LENGTH",
    "COALESCE",
    "CONCAT",
    "COUNT",
    "DENSE_RANK",
    "EXTRACT",
    "FLOOR",
    "LOWER",
    "MAX",
    "MIN",
    "MOD",
    "NULLIF",
    "POSITION",
    "POWER",
    "RANK",
    "REPLACE",
    "ROUND",
    "ROW_NUMBER",
    "SQRT",
    "SUBSTRING",
    "SUM",
    "TRIM",
    "TRY_CAST",
    "UPPER",
];

/// Words that stand before brackets and are no functions.
const WORDS: [&str; 29] = [
    "ALL", "AND", "AS", "BETWEEN", "BY", "CASE", "CHAR", "DECIMAL", "DISTINCT", "ELSE", "EXISTS", "FILTER",
    "FROM", "HAVING", "IN", "JOIN", "NOT", "NUMERIC", "ON", "OR", "OVER", "SELECT", "THEN", "UNION",
    "VARCHAR", "WHEN", "WHERE", "VALUES", "LIKE",
];

/// The calls that a store may understand otherwise.
pub(super) fn errors(sql: &str) -> Vec<SqlError> {
    let Ok(tokens) = Tokenizer::new(&FlinkDialect, sql).tokenize_with_location() else { return Vec::new() };
    let told: Vec<_> = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
    let calls = told.windows(2).filter_map(|pair| match (&pair[0].token, &pair[1].token) {
        (Token::Word(word), Token::LParen) if word.quote_style.is_none() => {
            let known = |known: &str| word.value.eq_ignore_ascii_case(known);
            let is_known = FUNCTIONS.iter().chain(&WORDS).any(|name| known(name));
            (!is_known).then(|| (word.value.clone(), pair[0].span.start))
        }
        _ => None,
    });
    calls
        .map(|(name, start)| {
            let start = offset(sql, start).unwrap_or(0);
            SqlError {
                message: format!("`{name}` is not worked out in queries of what a run stored"),
                range: start..start + name.len(),
                help: Some(format!("these are: {}", FUNCTIONS.join(", "))),
            }
        })
        .collect()
}

/// The average of whole numbers is whole to the engine of a stream, and not to a store.
pub(super) fn average_of_whole_numbers(sql: &str, program: &Program) -> Option<SqlError> {
    let is_whole = |found: &aggregate::Aggregate| {
        found.function == aggregate::Function::Avg
            && matches!(found.kind, Some(DataType::Int | DataType::BigInt) | None)
    };
    let aggregates = program.stages.iter().flat_map(|stage| match &stage.operation {
        Operation::GroupAggregate(group) => group.aggregates.as_slice(),
        Operation::WindowAggregate(group) => group.aggregates.as_slice(),
        Operation::Over(over) => over.aggregates.as_slice(),
        _ => &[],
    });
    aggregates.into_iter().any(is_whole).then(|| {
        let start = sql.to_ascii_uppercase().find("AVG").unwrap_or(0);
        SqlError {
            message: "the average of whole numbers is not worked out here".to_owned(),
            range: start..(start + 3).min(sql.len()),
            help: Some("write `AVG(CAST(… AS DOUBLE))`".to_owned()),
        }
    })
}
