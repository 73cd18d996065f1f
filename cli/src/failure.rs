//! Why a command could not do its work.

use std::io;

use lictor_project::Problem;

use crate::args::Format;
use crate::exit::Exit;
use crate::render::{self, Notice};

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// Something is wrong with what the command was given; it is told on the standard error.
    Notice(Box<Notice>),
    /// What is wrong was told already.
    Told,
    /// Whoever read our output has gone, as in `lictor decide … | head`. Nothing is wrong.
    ReaderGone,
}

impl Failure {
    /// What is wrong, in one line.
    pub fn line(&self) -> String {
        match self {
            Failure::Notice(notice) => notice.line(),
            Failure::Told | Failure::ReaderGone => "it could not be read".to_owned(),
        }
    }

    /// Tells people, or programs, what is wrong, and gives the exit status.
    pub fn report(self, format: Format) -> Exit {
        match self {
            Failure::ReaderGone => Exit::Success,
            Failure::Told => Exit::Failure,
            Failure::Notice(notice) => {
                render::tell(&notice, format);
                Exit::Failure
            }
        }
    }
}

impl From<Notice> for Failure {
    fn from(notice: Notice) -> Failure {
        Failure::Notice(Box::new(notice))
    }
}

/// Only writing to the standard output gives a bare [`io::Error`]; files have notices of their own, with their paths.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::ReaderGone;
        }
        Notice::error("C0101", format!("the output could not be written: {error}"))
            .help("make room where the output goes, or send it elsewhere")
            .into()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        let notice = Notice::error(problem.code, problem.message);
        problem.help.into_iter().fold(notice, Notice::help).into()
    }
}
