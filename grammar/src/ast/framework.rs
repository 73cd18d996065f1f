//! Frameworks: what rules cite, such as the sections of a regulation or the controls of a standard.

use super::{Expr, Name, Path, Text};
use crate::span::Span;

/// `framework NAME "TITLE" [what holds for all] { controls }`
#[derive(Clone, PartialEq, Debug)]
pub struct Framework {
    /// Its name in `cites NAME.CONTROL`.
    pub name: Name,
    /// Its title.
    pub title: Text,
    /// What holds for each of its controls that says nothing else.
    pub standing: Box<Standing>,
    /// Its controls, in order.
    pub controls: Vec<Control>,
}

/// `NAME "TITLE" [what is known about it]`
#[derive(Clone, PartialEq, Debug)]
pub struct Control {
    /// The `///` lines above it.
    pub docs: Vec<String>,
    /// Its name within the framework.
    pub name: Name,
    /// Its title.
    pub title: Text,
    /// What is known about it.
    pub standing: Standing,
}

/// What is known about a text that is cited: each part at most once, in any order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Standing {
    /// `source "…"`: where its words stand: the statute, the section, an address.
    pub source: Option<Text>,
    /// `edition "…"`: which of several texts of that name.
    pub edition: Option<Text>,
    /// `effect WORD`: one of [`LEGAL_EFFECTS`](crate::keywords::LEGAL_EFFECTS).
    pub effect: Option<Name>,
    /// `jurisdiction "…"`: where it applies, such as `"US-NY"`.
    pub jurisdiction: Option<Text>,
    /// `from DATE`: a date literal; it is in force from the beginning of that day.
    pub from: Option<Expr>,
    /// `until DATE`: a date literal; it is in force to the end of that day.
    pub until: Option<Expr>,
    /// `superseded_by FRAMEWORK.CONTROL`: what to cite in its place.
    pub superseded_by: Option<Path>,
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
