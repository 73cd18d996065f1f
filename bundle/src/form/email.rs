//! Addresses of mail.

use super::domain;

/// RFC 5321 §4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;

/// `local@domain`: the part before the `@` as it is written (RFC 5321 §2.3.11 leaves its meaning to the host), the domain in its
/// canonical form.
///
/// # Errors
/// Also quoted local parts, comments, address literals and local parts outside ASCII: nothing that two mail systems might read in two ways.
pub(super) fn canonical(text: &str) -> Result<String, &'static str> {
    let (local, domain) = text.split_once('@').ok_or("has no `@`")?;
    if domain.contains('@') {
        return Err("has more than one `@`");
    }
    if local.is_empty() {
        return Err("has nothing before the `@`");
    }
    if local.len() > LONGEST_LOCAL {
        return Err("has more than 64 characters before the `@`");
    }
    if local.split('.').any(|atom| atom.is_empty() || !atom.bytes().all(is_atom)) {
        return Err(
            "has something before the `@` that is not letters, digits and plain signs with single dots between",
        );
    }
    let domain = domain::canonical(domain).map_err(|_| "has no domain after the `@`")?;
    Ok(format!("{local}@{domain}"))
}

/// `atext` of RFC 5322 §3.2.3.
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    #[test]
    fn the_domain_is_canonical_and_the_local_part_is_kept() {
        for (written, address) in [
            ("Ann.Lee+x@EXAMPLE.com.", "Ann.Lee+x@example.com"),
            ("a@Bücher.example", "a@xn--bcher-kva.example"),
            ("o'neil@localhost", "o'neil@localhost"),
        ] {
            assert_eq!(canonical(written).as_deref(), Ok(address));
            assert!(Form::Email.is_canonical(address));
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for text in [
            "",
            "@",
            "a@",
            "@b",
            "a",
            "a@b@c",
            "a..b@c.example",
            ".a@b.example",
            "a.@b.example",
            "\"a b\"@c.example",
            "a b@c.example",
            "a@[192.0.2.1]",
            "a@192.0.2.1",
            "Ann <a@b.example>",
            "ä@b.example",
            "a@b.example\n",
            "a(c)@b.example",
            long.as_str(),
        ] {
            assert!(canonical(text).is_err(), "{text}");
        }
    }
}
