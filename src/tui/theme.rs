//! What texts look like: the sixteen colours that the terminal's own theme gives, or none.

use ratatui::style::{Color, Modifier, Style};

use crate::study::page::Tone;

/// Looks of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether colours are used. Without them everything is told apart by words, weight and reversal all the same.
    pub color: bool,
    /// Whether there are characters beyond ASCII.
    pub unicode: bool,
}

impl Theme {
    /// The look of a tone.
    #[must_use]
    pub fn style(self, tone: Tone) -> Style {
        let plain = Style::new();
        let colored = |color: Color| if self.color { plain.fg(color) } else { plain };
        match tone {
            Tone::Plain => plain,
            Tone::Strong => plain.add_modifier(Modifier::BOLD),
            Tone::Faint => plain.add_modifier(Modifier::DIM),
            Tone::Good => colored(Color::Green).add_modifier(Modifier::BOLD),
            Tone::Bad => colored(Color::Red).add_modifier(Modifier::BOLD),
            Tone::Warn => colored(Color::Yellow).add_modifier(Modifier::BOLD),
            Tone::Accent => colored(Color::Cyan),
            Tone::Marked => plain.add_modifier(Modifier::REVERSED),
        }
    }
}
