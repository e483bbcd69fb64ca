//! How the names of services are compared. Shared with the build script, which makes the index of names.

/// A name as it is compared: lower case, with every space, underscore and hyphen one hyphen.
pub(crate) fn normalise(name: &str) -> String {
    name.trim().chars().map(|c| if matches!(c, ' ' | '_') { '-' } else { c.to_ascii_lowercase() }).collect()
}
