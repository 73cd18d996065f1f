//! Reason codes that are hard to tell apart. A code is what other systems match, and one slip makes two of one.

use lictor_grammar::ast::{ItemKind, Name};
use lictor_grammar::diagnostic::Diagnostic;

use super::Policy;

/// Shorter words differ by one letter and mean different things: `LOW` and `SLOW`.
const SHORTEST: usize = 5;
/// So many codes are compared with one another; more would cost their square.
const MOST: usize = 1_000;

pub(super) fn report(policy: &Policy<'_>, out: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(&Name, bool)> = Vec::new();
    for (module, own) in &policy.modules {
        for item in &module.ast.items {
            let ItemKind::Reasons(entries) = &item.kind else { continue };
            for entry in entries.iter().take(MOST.saturating_sub(seen.len())) {
                let near = seen.iter().find(|(other, _)| alike(&other.text, &entry.name.text));
                if let Some((other, _)) = near.filter(|(_, theirs)| *own || *theirs) {
                    let (here, there) = if *own { (&entry.name, *other) } else { (*other, &entry.name) };
                    out.push(
                        Diagnostic::warning(
                            "W0207",
                            here.span,
                            format!("`{}` and `{}` are nearly the same reason code", here.text, there.text),
                        )
                        .also(there.span, "the other is declared here")
                        .help("use one of them everywhere, or choose names that nobody confuses"),
                    );
                }
                seen.push((&entry.name, *own));
            }
        }
    }
}

/// Whether two codes differ only in underscores, in the number of one noun, or in one letter of one longer word.
fn alike(a: &str, b: &str) -> bool {
    if a.replace('_', "") == b.replace('_', "") {
        return true;
    }
    let (left, right): (Vec<&str>, Vec<&str>) = (a.split('_').collect(), b.split('_').collect());
    if left.len() != right.len() {
        return false;
    }
    let mut different = left.iter().zip(&right).filter(|(a, b)| a != b);
    let (Some((a, b)), None) = (different.next(), different.next()) else { return false };
    if a.strip_suffix('S') == Some(b) || b.strip_suffix('S') == Some(a) {
        return a.len().min(b.len()) > 2;
    }
    let digits = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    a.len().min(b.len()) >= SHORTEST && !digits(a) && !digits(b) && strsim::osa_distance(a, b) == 1
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn slips_are_alike_and_other_words_are_not() {
        for (a, b) in [
            ("AMOUNT_OVER_LIMIT", "AMOUNTS_OVER_LIMIT"),
            ("AMOUNT_OVERLIMIT", "AMOUNT_OVER_LIMIT"),
            ("AMUONT_OVER_LIMIT", "AMOUNT_OVER_LIMIT"),
            ("MERCHANT_NOT_LISTED", "MERCHAN_NOT_LISTED"),
        ] {
            assert!(alike(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("TOO_LOW", "TOO_SLOW"),
            ("LEVEL_1", "LEVEL_2"),
            ("OVER_LIMIT_USD", "OVER_LIMIT_AUD"),
            ("USER_KNOWN", "USER_UNKNOWN"),
            ("AMOUNT_OVER_LIMIT", "OVER_LIMIT"),
        ] {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}
