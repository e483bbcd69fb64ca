//! How long the windows of a query in Flink SQL hold records back.
//!
//! Only the words are read: what a window waits for is the first interval that it is given, be it the size of TUMBLE,
//! the slide of HOP, the step of CUMULATE or the gap of SESSION. Whether the query is right is for a run to say.

use std::sync::OnceLock;

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::design::Design;
use crate::units::Duration;

/// The shortest wait of each node's query: read when first asked for, and once.
#[derive(Debug, Clone, Default)]
pub struct Windows(Vec<OnceLock<Option<Duration>>>);

impl Windows {
    /// Room for every node of a design; nothing is read yet.
    pub(in crate::analysis) fn of(design: &Design) -> Self {
        Self(design.nodes.iter().map(|_| OnceLock::new()).collect())
    }

    /// The shortest wait for a window of a node's query, which is `sql`.
    pub(super) fn shortest(&self, node: usize, sql: &str) -> Option<Duration> {
        *self.0[node].get_or_init(|| shortest(sql))
    }
}

const WINDOWS: [&str; 4] = ["TUMBLE", "HOP", "CUMULATE", "SESSION"];

/// The shortest wait for a window in the text; nothing where it has none, or is no SQL.
fn shortest(sql: &str) -> Option<Duration> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize().ok()?;
    let tokens: Vec<Token> =
        tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    let starts = (0..tokens.len()).filter(|index| is_window(&tokens[*index..]));
    starts.filter_map(|index| first_interval(&tokens[index..])).min()
}

fn is_window(tokens: &[Token]) -> bool {
    matches!(tokens, [Token::Word(word), Token::LParen, ..]
        if WINDOWS.iter().any(|window| window.eq_ignore_ascii_case(&word.value)))
}

/// The first `INTERVAL '10' SECONDS` before the next window begins.
fn first_interval(tokens: &[Token]) -> Option<Duration> {
    let end = (1..tokens.len()).find(|index| is_window(&tokens[*index..])).unwrap_or(tokens.len());
    tokens[..end].windows(3).find_map(|three| match three {
        [Token::Word(interval), Token::SingleQuotedString(count), Token::Word(unit)]
            if interval.value.eq_ignore_ascii_case("INTERVAL") =>
        {
            interval_of(count, &unit.value)
        }
        _ => None,
    })
}

fn interval_of(count: &str, unit: &str) -> Option<Duration> {
    let unit = unit.to_ascii_lowercase();
    let unit = match unit.trim_end_matches('s') {
        "second" => "s",
        "minute" => "min",
        "hour" => "h",
        "day" => "d",
        _ => return None,
    };
    format!("{}{unit}", count.trim()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::shortest;
    use crate::units::Duration;

    #[test]
    fn a_window_waits_for_its_first_interval() {
        let tumble = "SELECT a FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(at), INTERVAL '10' SECONDS)) GROUP BY a";
        let hop = "select * from table(hop(table t, descriptor(at), interval '5' minute, interval '1' hour))";
        let both = format!("{tumble}; {hop}");
        for (sql, seconds) in [(tumble, Some(10)), (hop, Some(300)), (both.as_str(), Some(10))] {
            assert_eq!(shortest(sql), seconds.map(Duration::from_secs), "{sql}");
        }
    }

    #[test]
    fn what_is_no_window_does_not_wait() {
        let quoted = "SELECT 'TUMBLE(INTERVAL ''1'' DAY)' FROM t -- TUMBLE(x, INTERVAL '1' DAY)";
        for sql in ["SELECT a FROM t", quoted, "SELECT TUMBLE FROM t", "'", "TUMBLE(t, INTERVAL '1:2' YEAR)"]
        {
            assert_eq!(shortest(sql), None, "{sql}");
        }
    }
}
