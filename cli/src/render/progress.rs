//! The progress bar.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output;

/// How many requests are decided between two looks at the bar: looking is not free.
const EVERY: u64 = 256;

/// Shows how far a stream is, where somebody watches and the decisions go elsewhere; else it does nothing.
pub struct Progress {
    bar: Option<ProgressBar>,
    seen: u64,
}

impl Progress {
    /// A bar over `size` bytes, or over an unknown number.
    pub fn new(size: Option<u64>) -> Progress {
        if !output::stderr_is_terminal() || output::stdout_is_terminal() {
            return Progress { bar: None, seen: 0 };
        }
        let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::stderr_with_hz(10));
        let template = match size {
            Some(_) => "  deciding  {bar:32} {percent:>3} %  {msg}",
            None => "  deciding  {spinner}  {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { bar: Some(bar), seen: 0 }
    }

    /// A bar over so many changes of a policy.
    pub fn changes(number: usize) -> Progress {
        Progress::counted("changing", number)
    }

    /// A bar over so many tests of a policy.
    pub fn tests(number: usize) -> Progress {
        Progress::counted("testing", number)
    }

    fn counted(doing: &str, number: usize) -> Progress {
        if !output::stderr_is_terminal() {
            return Progress { bar: None, seen: 0 };
        }
        let target = ProgressDrawTarget::stderr_with_hz(10);
        let bar = ProgressBar::with_draw_target(u64::try_from(number).ok(), target);
        let template = format!("  {doing}  {{bar:32}} {{pos}}/{{len}}  {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Progress { bar: Some(bar), seen: 0 }
    }

    /// One more is done.
    pub fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// So many bytes were read, so many requests decided.
    pub fn update(&mut self, bytes: u64, decided: u64) {
        let Some(bar) = &self.bar else { return };
        if decided >= self.seen + EVERY {
            self.seen = decided;
            bar.set_position(bytes);
            bar.set_message(format!("{decided} requests"));
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
