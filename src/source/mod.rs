//! Source text, spans and the spanned YAML tree.
