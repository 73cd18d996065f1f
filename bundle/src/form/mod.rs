//! Texts with a form: addresses, networks, domains, URLs, mail addresses, digests.
//!
//! What can be written in several ways is kept in one, its *canonical* form, so that two equal things are equal texts. Reading is the only
//! place where the others are known; a bundle and a running decision hold canonical texts alone. Every reader looks at a text of
//! bounded length, and never twice as long for one that is hostile.

mod address;
mod domain;
mod url;
mod email;
mod part;

use borsh::{BorshDeserialize, BorshSerialize};

pub use address::{Cidr, parse_ip};
pub use domain::is_within;
pub use part::Part;

/// The most bytes of a text that is looked at, whatever its form: what is longer has none of them.
pub const LONGEST: usize = 4_096;

/// Which form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Form {
    /// An address of IPv4 or IPv6. One of IPv6 that stands for one of IPv4 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is that one.
    Ip,
    /// A network, `192.0.2.0/24`, whose address has nothing after the prefix (RFC 4632).
    Cidr,
    /// The name of a host: A-labels in lower case without the last dot (UTS 46, non-transitional).
    Domain,
    /// An absolute URL that names a host (RFC 3986).
    Url,
    /// An address of mail, `local@domain` (RFC 5321), whose domain is a [`Form::Domain`].
    Email,
    /// `sha256:` and 64 hexadecimal digits in lower case.
    Digest,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 6] = [Form::Ip, Form::Cidr, Form::Domain, Form::Url, Form::Email, Form::Digest];

    /// The name of the type in policies.
    pub fn name(self) -> &'static str {
        match self {
            Form::Ip => "Ip",
            Form::Cidr => "Cidr",
            Form::Domain => "Domain",
            Form::Url => "Url",
            Form::Email => "Email",
            Form::Digest => "Digest",
        }
    }

    /// The form that a type of this name has.
    pub fn named(name: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.name() == name)
    }

    /// What a text of this form is called, with its article.
    pub fn described(self) -> &'static str {
        match self {
            Form::Ip => "an IP address",
            Form::Cidr => "a network",
            Form::Domain => "a domain",
            Form::Url => "a URL",
            Form::Email => "a mail address",
            Form::Digest => "a digest",
        }
    }

    /// A text of this form.
    pub fn example(self) -> &'static str {
        match self {
            Form::Ip => "192.0.2.1",
            Form::Cidr => "192.0.2.0/24",
            Form::Domain => "example.com",
            Form::Url => "https://example.com/path",
            Form::Email => "ann@example.com",
            Form::Digest => "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        }
    }

    /// The most bytes of a canonical text.
    pub fn max_bytes(self) -> u32 {
        match self {
            // Eight groups of four digits; a network has `/128` after them.
            Form::Ip => 39,
            Form::Cidr => 43,
            Form::Domain => 253,
            Form::Url => 4_096,
            // RFC 5321 §4.5.3.1.3, without the angle brackets.
            Form::Email => 254,
            Form::Digest => 71,
        }
    }

    /// The canonical form of a text.
    ///
    /// # Errors
    /// Why the text is none: the end of a sentence that begins with the text.
    pub fn canonical(self, text: &str) -> Result<String, &'static str> {
        if text.len() > LONGEST {
            return Err("is too long");
        }
        let canonical = match self {
            Form::Ip => address::parse_ip(text)?.to_string(),
            Form::Cidr => Cidr::parse(text)?.to_string(),
            Form::Domain => domain::canonical(text)?,
            Form::Url => url::canonical(text)?,
            Form::Email => email::canonical(text)?,
            Form::Digest => digest(text)?,
        };
        if canonical.len() > self.max_bytes() as usize {
            return Err("is too long");
        }
        Ok(canonical)
    }

    /// Whether a text is a canonical one.
    pub fn is_canonical(self, text: &str) -> bool {
        text.len() <= self.max_bytes() as usize
            && self.canonical(text).is_ok_and(|canonical| canonical == text)
    }
}

fn digest(text: &str) -> Result<String, &'static str> {
    let digits = text.strip_prefix("sha256:").ok_or("does not begin with `sha256:`")?;
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("does not have 64 hexadecimal digits after `sha256:`");
    }
    Ok(text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_in_lower_case() {
        let upper = "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
        assert_eq!(Form::Digest.canonical(upper).as_deref(), Ok(Form::Digest.example()));
        for text in
            ["", "sha256:", "sha256:e3b0", "SHA256:00", "sha1:00", &upper[..70], &upper.replace('E', "g")]
        {
            assert!(Form::Digest.canonical(text).is_err(), "{text}");
        }
    }

    #[test]
    fn examples_are_canonical_and_have_a_name() {
        for form in Form::ALL {
            assert!(form.is_canonical(form.example()), "{form:?}");
            assert_eq!(Form::named(form.name()), Some(form));
        }
    }
}
