//! Blocks and expressions of HCL, and their text as `terraform fmt` would leave it: two spaces a level, the equals signs
//! of arguments that follow each other in single lines below each other.

/// How wide a list may be that stands on one line.
const LINE: usize = 100;

/// A block with its arguments and inner blocks.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    pub(super) comment: Option<String>,
    /// Its type and labels, as they are written.
    pub(super) head: String,
    pub(super) items: Vec<Item>,
}

/// What stands in a block.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Argument(String, Expression),
    Block(Block),
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    /// As it is written, on one line.
    Plain(String),
    List(Vec<Expression>),
    Object(Vec<(String, Expression)>),
    /// Its text in JSON.
    Json(Box<Expression>),
}

impl Item {
    pub(super) fn argument(name: &str, value: impl Into<String>) -> Self {
        Self::Argument(name.to_owned(), Expression::Plain(value.into()))
    }

    pub(super) fn block(head: &str, items: Vec<Item>) -> Self {
        Self::Block(Block { comment: None, head: head.to_owned(), items })
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Argument(name, _) => name,
            Self::Block(block) => &block.head,
        }
    }
}

/// The text of a file.
pub(super) fn render(blocks: &[Block]) -> String {
    let mut out = String::new();
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        of_block(&mut out, block, 0);
    }
    out
}

fn of_block(out: &mut String, block: &Block, indent: usize) {
    let margin = " ".repeat(indent);
    for line in block.comment.iter().flat_map(|comment| comment.lines()) {
        out.push_str(&format_line(&margin, &["# ", line]));
    }
    if block.items.is_empty() {
        out.push_str(&format_line(&margin, &[&block.head, " {}"]));
        return;
    }
    out.push_str(&format_line(&margin, &[&block.head, " {"]));
    let mut arguments = Vec::new();
    let mut blocks = Vec::new();
    for item in &block.items {
        match item {
            Item::Argument(name, value) => arguments.push((name.clone(), text(value, indent + 2))),
            Item::Block(block) => blocks.push(block),
        }
    }
    out.push_str(&aligned(&arguments, indent + 2));
    for (index, inner) in blocks.into_iter().enumerate() {
        if index > 0 || !arguments.is_empty() {
            out.push('\n');
        }
        of_block(out, inner, indent + 2);
    }
    out.push_str(&format_line(&margin, &["}"]));
}

fn format_line(margin: &str, parts: &[&str]) -> String {
    format!("{margin}{}\n", parts.concat())
}

/// Arguments or entries of an object: those on one line that follow each other have their equals signs below each other.
fn aligned(entries: &[(String, String)], indent: usize) -> String {
    let margin = " ".repeat(indent);
    let is_short = |entry: &(String, String)| !entry.1.contains('\n');
    let mut out = String::new();
    for chain in entries.chunk_by(|left, right| is_short(left) && is_short(right)) {
        let width = chain.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, value) in chain {
            let space = " ".repeat(width - name.chars().count());
            out.push_str(&format_line(&margin, &[name, &space, " = ", value]));
        }
    }
    out
}

fn text(value: &Expression, indent: usize) -> String {
    let margin = " ".repeat(indent);
    match value {
        Expression::Plain(text) => text.clone(),
        Expression::Json(inner) => format!("jsonencode({})", text(inner, indent)),
        Expression::List(items) => {
            let short: Vec<String> = items.iter().map(|item| text(item, indent)).collect();
            let width = short.iter().map(|item| item.len() + 2).sum::<usize>();
            if width <= LINE && !short.iter().any(|item| item.contains('\n')) {
                return format!("[{}]", short.join(", "));
            }
            let lines = items.iter().map(|item| format!("{margin}  {},\n", text(item, indent + 2)));
            format!("[\n{}{margin}]", lines.collect::<String>())
        }
        Expression::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Expression::Object(entries) => {
            let entries: Vec<(String, String)> =
                entries.iter().map(|(key, value)| (key_text(key), text(value, indent + 2))).collect();
            format!("{{\n{}{margin}}}", aligned(&entries, indent + 2))
        }
    }
}

fn key_text(key: &str) -> String {
    let is_name = key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_name { key.to_owned() } else { quoted(key) }
}

/// A text in quotes, with nothing in it that Terraform would work out.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A text as it stands between quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if letters.peek() == Some(&'{') => {
                out.push(letter);
                out.push(letter);
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Block, Expression, Item, quoted, render};

    #[test]
    fn equals_signs_of_short_arguments_stand_below_each_other_and_blocks_apart() {
        let object = Expression::Object(vec![
            ("a".to_owned(), Expression::Plain("1".to_owned())),
            ("aws:b".to_owned(), Expression::Plain("2".to_owned())),
        ]);
        let items = vec![
            Item::argument("name", "\"x\""),
            Item::argument("is_on", "true"),
            Item::Argument("policy".to_owned(), Expression::Json(Box::new(object))),
            Item::argument("long_name", "1"),
            Item::block("inner", vec![Item::argument("a", "[]")]),
            Item::block("empty", Vec::new()),
        ];
        let block = Block { comment: Some("What it is.".to_owned()), head: "resource".to_owned(), items };
        let expected = "\
# What it is.
resource {
  name  = \"x\"
  is_on = true
  policy = jsonencode({
    a       = 1
    \"aws:b\" = 2
  })
  long_name = 1

  inner {
    a = []
  }

  empty {}
}
";
        assert_eq!(render(&[block]), expected);
        assert_eq!(quoted("a ${b} $c \"d\"\n%{if}"), r#""a $${b} $c \"d\"\n%%{if}""#);
    }
}
