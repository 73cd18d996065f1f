//! Currencies that ISO 4217 does not have.

use std::collections::BTreeMap;

use lictor_bundle::currency::{Currency, MAX_DIGITS};
use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;

/// The declared currencies with their decimals, sorted as the schema keeps them.
pub(super) fn currencies(
    declared: &BTreeMap<&str, &ast::Currency>,
    out: &mut Vec<Diagnostic>,
) -> Vec<(Currency, u8)> {
    let mut found = Vec::new();
    for node in declared.values() {
        let name = &node.name;
        let wrong = |message: String, help: &str| Diagnostic::error("E0375", name.span, message).help(help);
        let Some(currency) = Currency::parse(&name.text) else {
            out.push(wrong(
                format!("`{}` is no code of a currency", name.text),
                "a code is one to eight capitals and digits, the first of them a capital: `currency USDC 6`",
            ));
            continue;
        };
        if let Some(digits) = currency.iso_digits() {
            out.push(wrong(
                format!("{currency} is a currency of ISO 4217, with {digits} decimals, and there already"),
                "remove it; currencies that ISO 4217 does not have are declared",
            ));
            continue;
        }
        match node.digits.text.parse::<u8>() {
            Ok(digits) if digits <= MAX_DIGITS => found.push((currency, digits)),
            _ => out.push(
                Diagnostic::error(
                    "E0375",
                    node.digits.span,
                    format!("`{}` is no number of decimals", node.digits.text),
                )
                .help(format!(
                    "say how many decimals an amount has, from 0 to {MAX_DIGITS}: `currency USDC 6`"
                )),
            ),
        }
    }
    found.sort();
    found
}
