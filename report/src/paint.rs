//! Colours, and when to use them.

use std::io::IsTerminal;

/// A colour or weight of the terminal's palette, so that the reader's own theme is respected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colour {
    /// What is good: allowed, passed.
    Green,
    /// What needs a person.
    Yellow,
    /// What is refused or wrong.
    Red,
    /// Names and codes.
    Cyan,
    /// What may be skipped when reading.
    Faint,
    /// What to read first.
    Bold,
}

/// Whether to colour what is written to one stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paint {
    on: bool,
    terminal: bool,
}

impl Paint {
    /// For what programs read.
    pub const NONE: Paint = Paint { on: false, terminal: false };

    /// For the standard output.
    pub fn stdout() -> Paint {
        Paint::to_terminal(std::io::stdout().is_terminal())
    }

    /// For the standard error.
    pub fn stderr() -> Paint {
        Paint::to_terminal(std::io::stderr().is_terminal())
    }

    fn to_terminal(terminal: bool) -> Paint {
        Paint { on: terminal && wanted(), terminal }
    }

    /// Whether the stream is read on a terminal, which has a width of its own.
    pub fn is_terminal(self) -> bool {
        self.terminal
    }

    /// Whether colours are used.
    pub fn is_on(self) -> bool {
        self.on
    }

    /// `text` in a colour.
    pub fn paint(self, colour: Colour, text: &str) -> String {
        if !self.on || text.is_empty() {
            return text.to_owned();
        }
        let code = match colour {
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Red => "31",
            Colour::Cyan => "36",
            Colour::Faint => "2",
            Colour::Bold => "1",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// Terminals are coloured unless their owner asked for none (<https://no-color.org>) or they cannot show any.
fn wanted() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !refused && !dumb
}
