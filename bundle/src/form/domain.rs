//! Names of hosts.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

/// The most bytes of a name as it is written: 253 bytes of A-labels come from at most four times as many.
const LONGEST_WRITTEN: usize = 1_024;
/// RFC 1035 §2.3.4, in the notation with dots.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// A name as A-labels in lower case without the last dot, by UTS 46, non-transitional: `Bücher.Example.` is `xn--bcher-kva.example`.
/// Labels are of letters, digits and hyphens (RFC 1123 §2.1), with no hyphen at either end.
///
/// # Errors
/// Also a name whose last label is a number: what resolves names takes it for an address.
pub(super) fn canonical(text: &str) -> Result<String, &'static str> {
    if text.len() > LONGEST_WRITTEN {
        return Err("is too long: a domain has at most 253 characters");
    }
    let name = Uts46::new()
        .to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow, DnsLength::Ignore)
        .map_err(|_| "has a character that no domain has, or an invalid international label")?;
    let name = name.strip_suffix('.').unwrap_or(&name);
    if name.is_empty() {
        return Err("is empty");
    }
    if name.len() > LONGEST_NAME {
        return Err("is too long: a domain has at most 253 characters");
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err("has an empty part between two dots");
        }
        if label.len() > LONGEST_LABEL {
            return Err("has a part that is too long: 63 characters at most");
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err("has a part that begins or ends with a hyphen");
        }
    }
    if is_number(name.rsplit('.').next().unwrap_or(name)) {
        return Err("ends in a number: an address is no domain");
    }
    Ok(name.to_owned())
}

/// Decimal, or hexadecimal as some resolvers read it.
fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// Whether a canonical name is another one or one below it.
pub fn is_within(name: &str, of: &str) -> bool {
    match name.strip_suffix(of) {
        Some("") => true,
        Some(before) => before.ends_with('.') && !of.is_empty(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    #[test]
    fn a_domain_has_one_form() {
        for (written, name) in [
            ("example.com", "example.com"),
            ("EXAMPLE.Com.", "example.com"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("straße.example", "xn--strae-oqa.example"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("ｅｘａｍｐｌｅ.com", "example.com"),
            ("r3---sn.example", "r3---sn.example"),
            ("localhost", "localhost"),
            ("1.example", "1.example"),
        ] {
            assert_eq!(canonical(written).as_deref(), Ok(name), "{written}");
            assert!(Form::Domain.is_canonical(name), "{name}");
        }
    }

    #[test]
    fn what_could_be_taken_for_something_else_is_refused() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = ["a".repeat(60).as_str(); 5].join(".");
        let huge = "a".repeat(10_000);
        let dots = ".".repeat(900);
        for text in [
            "",
            ".",
            "..",
            "a..b",
            ".a",
            "a..",
            "-a.example",
            "a-.example",
            "a b.example",
            "a_b.example",
            "*.example",
            "a/b",
            "a:80",
            "a@b",
            "user@example.com",
            "192.0.2.1",
            "127.1",
            "0x7f.1",
            "1",
            "0x1f",
            "a.0x",
            "1.2.3.4.",
            "１９２.0.2.1",
            "xn--a",
            "xn--bcher-kv",
            "xn--0.example",
            "xn--a-ecp.ru--",
            "a\u{200b}b.example\u{0}",
            "a%41.example",
            "exam\u{202e}ple.com",
            "a\u{2f}b",
            "xn--.example",
            "[::1]",
            long_label.as_str(),
            long_name.as_str(),
            huge.as_str(),
            dots.as_str(),
        ] {
            assert!(canonical(text).is_err(), "{text:?}: {:?}", canonical(text));
        }
    }

    #[test]
    fn below_a_domain_is_what_ends_with_its_labels() {
        for (name, of, within) in [
            ("example.com", "example.com", true),
            ("api.example.com", "example.com", true),
            ("a.b.example.com", "example.com", true),
            ("badexample.com", "example.com", false),
            ("example.com", "api.example.com", false),
            ("example.com.evil.org", "example.com", false),
            ("", "", true),
            ("a.", "", false),
        ] {
            assert_eq!(is_within(name, of), within, "{name} in {of}");
        }
    }
}
