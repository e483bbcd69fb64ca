//! Owns the terminal: takes it, draws on it, listens to it, and gives it back however the app ends, panics included.

use std::io;
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event,
    MouseButton, MouseEventKind,
};
use ratatui::crossterm::execute;

use crate::study::frame;
use crate::study::state::{Input, Screen as Seen, State};
use crate::tui::draw::draw;
use crate::tui::editor::Editor;
use crate::tui::input;
use crate::tui::theme::Theme;

/// Lines that a turn of the wheel moves.
const WHEEL: isize = 3;

/// How the terminal is used.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether clicks and the wheel count.
    pub mouse: bool,
    /// How things look.
    pub theme: Theme,
}

/// The terminal while the app has it.
#[derive(Debug)]
pub struct Screen {
    terminal: DefaultTerminal,
    options: Options,
    editor: Option<Editor>,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Where the terminal cannot be set up.
    pub fn open(options: Options) -> Result<Self, io::Error> {
        let before = std::panic::take_hook();
        // Runs after the screen was left, so that what a panic says stays to be read.
        std::panic::set_hook(Box::new(move |panic| {
            let _ = execute!(io::stdout(), DisableMouseCapture, DisableBracketedPaste);
            before(panic);
        }));
        let terminal = ratatui::try_init()?;
        let screen = Self { terminal, options, editor: None };
        screen.listen()?;
        Ok(screen)
    }

    fn listen(&self) -> Result<(), io::Error> {
        execute!(io::stdout(), EnableBracketedPaste)?;
        if self.options.mouse { execute!(io::stdout(), EnableMouseCapture) } else { Ok(()) }
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// Where the terminal does not say.
    pub fn size(&self) -> Result<(u16, u16), io::Error> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws the state.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn draw(&mut self, state: &State) -> Result<(), io::Error> {
        self.follow(state);
        let (theme, editor) = (self.options.theme, self.editor.as_ref());
        self.terminal.draw(|target| draw(target, state, theme, editor))?;
        Ok(())
    }

    /// The editor is there while a lab is edited.
    fn follow(&mut self, state: &State) {
        let edited = match &state.top().screen {
            Seen::Lab(lab) if lab.editing => Some(lab.text.as_str()),
            _ => None,
        };
        match edited {
            None => self.editor = None,
            Some(text) if self.editor.is_none() => self.editor = Some(Editor::new(text)),
            Some(_) => {}
        }
    }

    /// What happens next, waiting for so long at the most.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    pub fn next(&mut self, wait: Duration, state: &State) -> Result<Option<Input>, io::Error> {
        if !event::poll(wait)? {
            return Ok(None);
        }
        Ok(match event::read()? {
            Event::Key(key) => match &mut self.editor {
                Some(editor) if key.kind != event::KeyEventKind::Release => editor.key(key),
                Some(_) => None,
                None => input::key(key).map(Input::Key),
            },
            Event::Paste(text) => self.editor.as_mut().map(|editor| editor.paste(&text)),
            Event::Resize(width, height) => Some(Input::Size(width, height)),
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollUp => Some(Input::Wheel(-WHEEL)),
                MouseEventKind::ScrollDown => Some(Input::Wheel(WHEEL)),
                MouseEventKind::Down(MouseButton::Left) => pointed(state, mouse.column, mouse.row),
                _ => None,
            },
            _ => None,
        })
    }

    /// Gives the terminal to something else for a while, such as an editor.
    ///
    /// # Errors
    /// Where the terminal cannot be taken back.
    pub fn lend<T>(&mut self, work: impl FnOnce() -> T) -> Result<T, io::Error> {
        release();
        let result = work();
        self.terminal = ratatui::try_init()?;
        self.listen()?;
        self.terminal.clear()?;
        Ok(result)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        release();
    }
}

/// Gives the terminal back. Where even that fails there is nothing left to do about it.
fn release() {
    let _ = execute!(io::stdout(), DisableMouseCapture, DisableBracketedPaste);
    ratatui::restore();
}

/// The item at a place of the screen.
fn pointed(state: &State, column: u16, row: u16) -> Option<Input> {
    let frame = frame::frame(state);
    let line = usize::from(row).checked_sub(2).filter(|row| *row < frame.height)? + frame.start;
    let within = usize::from(column) < frame.width + frame::MARGIN;
    frame.main.get(line).filter(|_| within)?.item.map(Input::Point)
}
