//! Draws the page that is seen: a title, the page, and the keys.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::study::frame::{self, LEAST, MARGIN};
use crate::study::lines;
use crate::study::page::Tone;
use crate::study::state::State;
use crate::study::view;
use crate::tui::editor::Editor;
use crate::tui::theme::Theme;

/// Draws the state. `editor` has the text of a lab while it is edited.
pub fn draw(target: &mut Frame<'_>, state: &State, theme: Theme, editor: Option<&Editor>) {
    let area = target.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return too_small(target, area);
    }
    let page = frame::frame(state);
    let canvas = Canvas { area, theme };
    canvas.head(target, &page);
    canvas.body(target, &page, editor);
    canvas.foot(target, &page);
}

/// A clear line where there is no room for a page.
fn too_small(target: &mut Frame<'_>, area: Rect) {
    let words =
        format!("needs {}x{}, has {}x{}; --plain needs no room", LEAST.0, LEAST.1, area.width, area.height);
    let shown: String = words.chars().take(usize::from(area.width)).collect();
    if area.height > 0 {
        target.render_widget(Line::raw(shown), Rect { height: 1, ..area });
    }
}

struct Canvas {
    area: Rect,
    theme: Theme,
}

impl Canvas {
    /// A row of the screen between the margins.
    fn row(&self, row: u16) -> Rect {
        let margin = MARGIN as u16;
        Rect { x: margin, y: row, width: self.area.width.saturating_sub(2 * margin), height: 1 }
    }

    fn head(&self, target: &mut Frame<'_>, frame: &frame::Frame) {
        let row = self.row(0);
        let status = frame.page.status.as_str();
        let room = usize::from(row.width).saturating_sub(status.width() + 2);
        let title = fitting(&frame.page.title, room, self.theme.unicode);
        let gap = usize::from(row.width).saturating_sub(title.width() + status.width());
        let line = Line::from(vec![
            Span::styled(title, self.theme.style(Tone::Strong)),
            Span::raw(" ".repeat(gap)),
            Span::styled(status.to_owned(), self.theme.style(Tone::Accent)),
        ]);
        target.render_widget(line, row);
        let rule = if self.theme.unicode { "─" } else { "-" };
        let rule = rule.repeat(usize::from(row.width));
        target.render_widget(Line::styled(rule, self.theme.style(Tone::Faint)), self.row(1));
    }

    fn body(&self, target: &mut Frame<'_>, frame: &frame::Frame, editor: Option<&Editor>) {
        let top = 2;
        let height = self.area.height.saturating_sub(frame::EDGES as u16);
        let is_edited = frame.main.iter().position(|line| line.editor);
        let (start, shown) = match (is_edited, editor) {
            // The text that is edited has all rows below what stands above it.
            (Some(first), Some(_)) => (0, first.min(usize::from(height) / 2)),
            _ => (frame.start, usize::from(height)),
        };
        for (row, line) in frame.main.iter().skip(start).take(shown).enumerate() {
            self.line(target, line, Rect { y: top + row as u16, width: frame.width as u16, ..self.row(0) });
        }
        if let (Some(_), Some(editor)) = (is_edited, editor) {
            let used = shown as u16;
            let area = Rect { y: top + used, height: height.saturating_sub(used), ..self.row(0) };
            editor.draw(target, area, self.theme);
        }
        if frame.aside_width > 0 {
            let x = MARGIN as u16 + frame.width.min(self.area.width as usize * 3 / 5) as u16 + 1;
            let rule = if self.theme.unicode { "│" } else { "|" };
            for row in 0..height {
                let place = Rect { x, y: top + row, width: 1, height: 1 };
                target.render_widget(Line::styled(rule, self.theme.style(Tone::Faint)), place);
            }
            for (row, line) in frame.aside.iter().take(usize::from(height)).enumerate() {
                let width =
                    (self.area.width.saturating_sub(x + 2 + MARGIN as u16)).min(frame.aside_width as u16);
                self.line(target, line, Rect { x: x + 2, y: top + row as u16, width, height: 1 });
            }
        }
    }

    fn line(&self, target: &mut Frame<'_>, line: &lines::Line, area: Rect) {
        let marked = if line.marked { Modifier::REVERSED } else { Modifier::empty() };
        let spans = line.pieces.iter().map(|piece| Span::styled(&*piece.text, self.theme.style(piece.tone)));
        let shown = Line::from(spans.collect::<Vec<_>>()).style(Style::new().add_modifier(marked));
        target.render_widget(shown, area);
    }

    fn foot(&self, target: &mut Frame<'_>, frame: &frame::Frame) {
        let last = self.area.height - 1;
        let below = frame.main.len().saturating_sub(frame.start + frame.height);
        if let Some(notice) = &frame.page.notice {
            let words = fitting(notice, usize::from(self.row(0).width), self.theme.unicode);
            target.render_widget(Line::styled(words, self.theme.style(Tone::Warn)), self.row(last - 1));
        } else if below > 0 && !frame.main.iter().any(|line| line.editor) {
            let sign = if self.theme.unicode { "↓" } else { "v" };
            let words = format!("{sign} {below} more {}", if below == 1 { "line" } else { "lines" });
            target.render_widget(
                Line::styled(words, self.theme.style(Tone::Faint)).right_aligned(),
                self.row(last - 1),
            );
        }
        let Some(place) = frame.page.place else { return };
        let row = self.row(last);
        let (mut spans, mut used) = (Vec::new(), 0);
        for (key, short) in view::foot(place, self.theme.unicode) {
            let width = key.width() + short.width() + 3;
            if used + width > usize::from(row.width) + 2 {
                break;
            }
            used += width;
            spans.push(Span::styled(key, self.theme.style(Tone::Strong)));
            spans.push(Span::styled(format!(" {short}  "), self.theme.style(Tone::Faint)));
        }
        target.render_widget(Line::from(spans), row);
    }
}

/// A text as far as there is room, with a sign where it goes on.
fn fitting(text: &str, room: usize, unicode: bool) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let more = if unicode { "…" } else { "..." };
    let mut used = more.width();
    let kept: String = text
        .chars()
        .take_while(|c| {
            used += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            used <= room
        })
        .collect();
    if used == more.width() { kept } else { kept + more }
}
