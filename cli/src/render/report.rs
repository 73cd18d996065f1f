//! The adapter from our plain diagnostics to miette, which draws the excerpts.

use std::fmt;

use lictor_grammar::diagnostic::Severity;
use miette::{LabeledSpan, MietteHandlerOpts, ReportHandler, RgbColors, SourceCode};

use super::Paint;
use super::excerpt::Excerpt;

/// The width of excerpts where there is no terminal to ask.
const WIDTH: usize = 100;

/// How a severity is written for programs.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A diagnostic as miette wants it.
#[derive(Debug)]
pub struct Report<'a> {
    /// Its stable code.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: &'a str,
    /// What to do.
    pub help: Option<&'a str>,
    /// The primary file, where there is one.
    pub excerpt: Option<Excerpt>,
    /// Places in other files.
    pub elsewhere: Vec<Elsewhere>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.excerpt.as_ref().map(|excerpt| Box::new(excerpt.labels.iter().cloned()) as Box<_>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.elsewhere.is_empty() {
            return None;
        }
        Some(Box::new(self.elsewhere.iter().map(|place| place as &dyn miette::Diagnostic)))
    }
}

/// A place in another file: miette draws one file a report, so it gets one of its own.
#[derive(Debug)]
pub struct Elsewhere {
    /// What stands there.
    pub message: String,
    /// The file and the place.
    pub excerpt: Excerpt,
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Elsewhere {}

impl miette::Diagnostic for Elsewhere {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels.iter().cloned()))
    }
}

/// Draws one report as miette's handler would print it.
pub fn draw(report: &Report<'_>, paint: Paint) -> String {
    struct Drawn<'a>(&'a Report<'a>, Paint);
    impl fmt::Display for Drawn<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let options = MietteHandlerOpts::new()
                .force_graphical(true)
                .unicode(true)
                .terminal_links(false)
                .color(self.1.is_on())
                .rgb_colors(RgbColors::Never)
                .context_lines(1)
                .break_words(false);
            let options = if self.1.is_terminal() { options } else { options.width(WIDTH) };
            options.build().debug(self.0, f)
        }
    }
    let mut text = Drawn(report, paint).to_string();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
