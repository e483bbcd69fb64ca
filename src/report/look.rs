//! How output looks: width, colour and characters, taken from where it goes.

use std::io::IsTerminal as _;

use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};

/// The narrowest width that is still laid out for.
const NARROWEST: usize = 40;
/// The width where output goes to no terminal.
const UNBOUNDED: usize = 100;
/// Lines are not set wider than this, since long lines read badly.
const WIDEST: usize = 120;

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// On a terminal that can show them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Width in columns, colour and characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether to use colours.
    pub color: bool,
    /// Whether to use characters beyond ASCII.
    pub unicode: bool,
    /// Whether names of rules lead to their pages when they are clicked.
    pub links: bool,
}

impl Look {
    /// The look of standard output.
    #[must_use]
    pub fn of_stdout(choice: ColorChoice) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let color = match choice {
            ColorChoice::Auto => supports_color::on(supports_color::Stream::Stdout).is_some(),
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        let width = terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map_or(UNBOUNDED, |(width, _)| usize::from(width.0).clamp(NARROWEST, WIDEST));
        let links = choice != ColorChoice::Never
            && terminal
            && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
        let unicode = !terminal || supports_unicode::on(supports_unicode::Stream::Stdout);
        Self { width, color, unicode, links }
    }

    /// The columns of the terminal that standard output is, without bounds; nothing where it is none.
    #[must_use]
    pub fn terminal_width() -> Option<usize> {
        let size = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
        size.map(|(width, _)| usize::from(width.0))
    }

    /// The look of a file, which has neither width nor colours of its own.
    #[must_use]
    pub fn of_file() -> Self {
        Self::plain(UNBOUNDED)
    }

    /// Plain text of a fixed width, for tests and pipes.
    #[must_use]
    pub fn plain(width: usize) -> Self {
        Self { width, color: false, unicode: true, links: false }
    }

    pub(crate) fn theme(self) -> GraphicalTheme {
        GraphicalTheme {
            characters: if self.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if self.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
        }
    }

    /// `text` in an ANSI style (`1` bold, `2` dim, `31` red, `32` green, `33` yellow), if colours are used.
    pub(crate) fn styled(self, text: &str, style: &str) -> String {
        if self.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
