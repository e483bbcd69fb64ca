//! Embeds `rules/` in the binary.

fn main() {}
