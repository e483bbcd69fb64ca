//! Comments are found where YAML has them, and nowhere else.

use thalweg::source::{Text, read};

fn comments(content: &str) -> Vec<String> {
    let text = Text::new("t", content);
    read(&text).comments.into_iter().map(|span| text.slice(span).to_owned()).collect()
}

#[test]
fn a_comment_runs_from_its_mark_to_the_end_of_the_line() {
    let content = "# first\na: 1 # behind a value\r\nb: [1, # in a list\n  2] # é\n   # indented\nc: # no value\n# last";
    let expected =
        ["# first", "# behind a value", "# in a list", "# é", "# indented", "# no value", "# last"];
    assert_eq!(comments(content), expected);
}

#[test]
fn a_mark_within_a_scalar_starts_no_comment() {
    let content = "a: \"x # no\"\nb: 'y # no\n  z # no'\nc: p#no\nd: |\n  # no\n  q # no\ne: > # yes\n  # no\n\n# yes\n";
    assert_eq!(comments(content), ["# yes", "# yes"]);
}

#[test]
fn comments_are_found_on_both_sides_of_a_broken_entry() {
    assert_eq!(
        comments("# one\na: 1 # two\nb: @x # lost\nc: 3 # three\n# four\n"),
        ["# one", "# two", "# three", "# four"]
    );
}

#[test]
fn any_number_of_comments_is_read() {
    let content = format!("a:\n{}  b: 1\n", "# x\n".repeat(50_000));
    assert_eq!(comments(&content).len(), 50_000);
}
