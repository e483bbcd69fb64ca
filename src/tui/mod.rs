//! The app in a terminal: pages are drawn, keys and the mouse become events.
//!
//! [`draw`] gives a page its looks and takes nothing but the state; [`Screen`] owns the terminal and gives it back
//! however the app ends. What keys do is not known here.

mod draw;
mod editor;
mod input;
mod screen;
mod theme;

pub use crate::tui::draw::draw;
pub use crate::tui::editor::Editor;
pub use crate::tui::screen::{Options, Screen};
pub use crate::tui::theme::Theme;
