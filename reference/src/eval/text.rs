//! What is asked of texts with a form, and what is taken from them: each by taking it apart, the long way.

use std::net::IpAddr;

use lictor_bundle::form::Part;
use lictor_bundle::instr::TextOp;
use lictor_bundle::schema::Scalar;
use lictor_compiler::typed::{Expr, ExprKind};
use regex_lite::Regex;

use crate::value::Value;

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        other => unreachable!("only texts have a form, not {other:?}"),
    }
}

/// Whether a domain is another or below it; whether an address or a network is in a network.
pub fn lies_within(op: TextOp, inner: &Value, outer: &Value) -> bool {
    let (inner, outer) = (text(inner), text(outer));
    match op {
        TextOp::Below => {
            // Domains are read from their end.
            let inner: Vec<&str> = inner.split('.').rev().collect();
            let outer: Vec<&str> = outer.split('.').rev().collect();
            inner.starts_with(&outer)
        }
        TextOp::Inside => {
            // A prefix of bits; the families differ in their first one.
            let (inner, outer) = (prefix(inner), prefix(outer));
            inner.starts_with(&outer)
        }
        other => unreachable!("{other:?} is about plain texts"),
    }
}

/// The family, then the bits that all addresses of a network have in common; of one address, all of them.
fn prefix(network: &str) -> Vec<bool> {
    let (address, length) = match network.split_once('/') {
        Some((address, length)) => (address, length.parse().ok()),
        None => (network, None),
    };
    let (family, octets) = match address.parse() {
        Ok(IpAddr::V4(address)) => (false, address.octets().to_vec()),
        Ok(IpAddr::V6(address)) => (true, address.octets().to_vec()),
        Err(_) => unreachable!("{network} was read as a network"),
    };
    let bits = octets.iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1));
    let length = length.unwrap_or(octets.len() * 8);
    std::iter::once(family).chain(bits.take(length)).collect()
}

/// Whether a pattern describes the whole of a text, by another engine that reads the pattern anew.
pub fn matches(value: &Value, pattern: &Expr) -> bool {
    let ExprKind::Scalar(Scalar::Pattern(pattern)) = &pattern.kind else {
        unreachable!("a pattern is written where it is used, not {pattern:?}")
    };
    let whole = Regex::new(&format!("^(?:{})$", pattern.source));
    whole.is_ok_and(|whole| whole.is_match(text(value)))
}

/// A part of a URL or a mail address.
pub fn part(part: Part, whole: &Value) -> Value {
    let whole = text(whole);
    let url = || whole.split("://").nth(1).unwrap_or_default();
    let found = match part {
        Part::Local => whole.split('@').next().unwrap_or_default().to_owned(),
        Part::Domain => whole.split('@').nth(1).unwrap_or_default().to_owned(),
        Part::Scheme => whole.split("://").next().unwrap_or_default().to_owned(),
        Part::Host => url().split(['/', ':']).next().unwrap_or_default().to_owned(),
        Part::Path => {
            let without_tail = url().split(['?', '#']).next().unwrap_or_default();
            let segments: Vec<&str> = without_tail.split('/').skip(1).collect();
            format!("/{}", segments.join("/"))
        }
    };
    Value::Text(found.into())
}

/// A text with A to Z in lower case, and nothing else changed.
pub fn lower_ascii(value: &Value) -> Value {
    let lower: String = text(value)
        .chars()
        .map(|character| match character {
            'A'..='Z' => char::from_u32(u32::from(character) + 32).unwrap_or(character),
            other => other,
        })
        .collect();
    Value::Text(lower.into())
}
