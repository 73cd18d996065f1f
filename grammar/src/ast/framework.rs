//! Frameworks: what rules cite, such as the sections of a regulation or the controls of a standard.

use super::{Expr, Name, Text};
use crate::span::Span;

/// `framework NAME "TITLE" { controls }`
#[derive(Clone, PartialEq, Debug)]
pub struct Framework {
    /// Its name in `cites NAME.CONTROL`.
    pub name: Name,
    /// Its title.
    pub title: Text,
    /// Its controls, in order.
    pub controls: Vec<Control>,
}

/// `NAME "TITLE" [source "…"] [from DATE] [until DATE] [verified DATE | unverified]`
#[derive(Clone, PartialEq, Debug)]
pub struct Control {
    /// The `///` lines above it.
    pub docs: Vec<String>,
    /// Its name within the framework.
    pub name: Name,
    /// Its title.
    pub title: Text,
    /// Where its words stand: the statute, the section, an address.
    pub source: Option<Text>,
    /// `from DATE`: a date literal; it is in force from the beginning of that day.
    pub from: Option<Expr>,
    /// `until DATE`: a date literal; it is in force to the end of that day.
    pub until: Option<Expr>,
    /// Whether somebody has compared it with its source; unconfirmed where nothing is said.
    pub checked: Option<Checked>,
}

/// Whether a control was compared with its source.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked {
    /// `verified DATE`: a date literal, the day on which somebody did. None for `unverified`.
    pub on: Option<Expr>,
    /// The whole.
    pub span: Span,
}
