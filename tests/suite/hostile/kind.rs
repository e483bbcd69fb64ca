//! The kinds of files that people write.

/// What a text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Design,
    Card,
    Rule,
    Manifest,
    Misconceptions,
    Config,
    Baseline,
    Template,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Design,
        Self::Card,
        Self::Rule,
        Self::Manifest,
        Self::Misconceptions,
        Self::Config,
        Self::Baseline,
        Self::Template,
    ];

    /// How the names of its fixtures begin.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Design => "design",
            Self::Card => "card",
            Self::Rule => "rule",
            Self::Manifest => "manifest",
            Self::Misconceptions => "misconceptions",
            Self::Config => "config",
            Self::Baseline => "baseline",
            Self::Template => "template",
        }
    }
}
