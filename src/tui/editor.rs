//! The text of a lab while it is edited in the app.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui_textarea::TextArea;

use crate::study::page::Tone;
use crate::study::state::Input;
use crate::tui::theme::Theme;

/// A text with a cursor.
#[derive(Debug)]
pub struct Editor {
    area: TextArea<'static>,
}

impl Editor {
    /// An editor of a text, with the cursor at its start.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(text.lines().map(str::to_owned).collect());
        area.set_tab_length(2);
        area.set_cursor_line_style(Style::new());
        area.set_cursor_style(Style::new().add_modifier(Modifier::REVERSED));
        Self { area }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.area.lines().join("\n");
        text.push('\n');
        text
    }

    /// What a key does to the text: ctrl-s asks for a check, escape ends editing, and all else is written.
    pub fn key(&mut self, key: KeyEvent) -> Option<Input> {
        match (key.code, key.modifiers) {
            (KeyCode::Esc, _) => return Some(Input::EditDone { stays: false }),
            (KeyCode::Char('s'), KeyModifiers::CONTROL) => return Some(Input::EditDone { stays: true }),
            (KeyCode::Char('c'), KeyModifiers::CONTROL) => {
                return Some(Input::Key(crate::study::keys::Key::Ctrl('c')));
            }
            _ => {}
        }
        self.area.input(key).then(|| Input::Edited(self.text()))
    }

    /// Writes a text that was pasted.
    pub fn paste(&mut self, text: &str) -> Input {
        self.area.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
        Input::Edited(self.text())
    }

    /// Draws the text with line numbers.
    pub(super) fn draw(&self, target: &mut Frame<'_>, area: Rect, theme: Theme) {
        let mut shown = self.area.clone();
        shown.set_line_number_style(theme.style(Tone::Faint));
        target.render_widget(&shown, area);
    }
}
