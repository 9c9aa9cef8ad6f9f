//! A terminal that indicatif draws on without waiting for it: whoever holds it with Ctrl-S holds up no call.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::TermLike;

use super::aside::{Aside, LeftOut};

/// How many columns and lines a terminal has now.
pub type Size = fn() -> (u16, u16);

/// Stderr, drawn on by frames: what is drawn between two flushes is written at once.
#[derive(Debug, Clone)]
pub(super) struct Terminal {
    out: Arc<Mutex<Aside>>,
    frame: Arc<Mutex<String>>,
    size: Size,
}

impl Terminal {
    pub(super) fn new(size: Size) -> Self {
        Self::on(Box::new(io::stderr()), size)
    }

    fn on(out: Box<dyn Write + Send>, size: Size) -> Self {
        Self { out: Arc::new(Mutex::new(Aside::new(out, LeftOut::Outdated))), frame: Arc::default(), size }
    }

    /// Writes a line where nothing is drawn.
    pub(super) fn say(&self, line: &str) {
        let _ = self.write_line(line).and_then(|()| self.flush());
    }

    fn draw(&self, text: &str) -> io::Result<()> {
        self.frame.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        Ok(())
    }

    /// Moves by so many places in the direction of this letter; by none, where the sequence would mean one.
    fn go(&self, places: usize, direction: char) -> io::Result<()> {
        if places == 0 { Ok(()) } else { self.draw(&format!("\u{1b}[{places}{direction}")) }
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        (self.size)().0
    }

    fn height(&self) -> u16 {
        (self.size)().1
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.go(n, 'A')
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.go(n, 'B')
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.go(n, 'C')
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.go(n, 'D')
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        self.draw(s).and_then(|()| self.draw("\n"))
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.draw(s)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.draw("\r\u{1b}[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let frame = mem::take(&mut *self.frame.lock().unwrap_or_else(PoisonError::into_inner));
        if frame.is_empty() {
            return Ok(());
        }
        self.out.lock().unwrap_or_else(PoisonError::into_inner).write_all(frame.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps each write apart.
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(String::from_utf8(bytes.to_vec()).unwrap());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_drawn_between_two_flushes_is_written_at_once_by_the_time_all_is_dropped() {
        let kept = Arc::<Mutex<Vec<String>>>::default();
        let terminal = Terminal::on(Box::new(Kept(Arc::clone(&kept))), || (90, 20));
        terminal.clear_line().unwrap();
        terminal.move_cursor_up(1).unwrap();
        terminal.move_cursor_down(0).unwrap();
        terminal.write_str("half").unwrap();
        terminal.flush().unwrap();
        terminal.flush().unwrap();
        terminal.say("whole");
        assert_eq!((terminal.width(), terminal.height()), (90, 20));
        drop(terminal);
        assert_eq!(*kept.lock().unwrap(), ["\r\u{1b}[2K\u{1b}[1Ahalf", "whole\n"]);
    }
}
