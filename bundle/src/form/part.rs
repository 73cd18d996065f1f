//! What a URL and a mail address consist of.

use std::ops::Range;

use borsh::{BorshDeserialize, BorshSerialize};

use super::Form;

/// A part of a canonical text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Part {
    /// Of a URL: what stands before `://`, in lower case.
    Scheme,
    /// Of a URL: its host, a domain.
    Host,
    /// Of a URL: from the first `/` after the host up to `?` or `#`.
    Path,
    /// Of a mail address: what stands before the `@`.
    Local,
    /// Of a mail address: its domain.
    Domain,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 5] = [Part::Scheme, Part::Host, Part::Path, Part::Local, Part::Domain];

    /// What it is called after the dot.
    pub fn name(self) -> &'static str {
        match self {
            Part::Scheme => "scheme",
            Part::Host => "host",
            Part::Path => "path",
            Part::Local => "local",
            Part::Domain => "domain",
        }
    }

    /// Of what it is a part.
    pub fn of(self) -> Form {
        match self {
            Part::Scheme | Part::Host | Part::Path => Form::Url,
            Part::Local | Part::Domain => Form::Email,
        }
    }

    /// The form that it has itself; none for a plain text.
    pub fn result(self) -> Option<Form> {
        match self {
            Part::Host | Part::Domain => Some(Form::Domain),
            Part::Scheme | Part::Path | Part::Local => None,
        }
    }

    /// The most bytes that it has.
    pub fn max_bytes(self) -> u32 {
        self.result().unwrap_or(self.of()).max_bytes()
    }

    /// Where it stands in a canonical text; an empty range in one that has no such part.
    pub fn find(self, text: &str) -> Range<usize> {
        match self {
            Part::Local => 0..text.find('@').unwrap_or(0),
            Part::Domain => text.find('@').map_or(0..0, |at| at + 1..text.len()),
            Part::Scheme => 0..text.find("://").unwrap_or(0),
            Part::Host | Part::Path => {
                let Some(scheme) = text.find("://") else { return 0..0 };
                let authority = scheme + 3;
                let rest = text.get(authority..).unwrap_or_default();
                let path = rest.find('/').unwrap_or(rest.len());
                if self == Part::Host {
                    let host = rest.get(..path).and_then(|authority| authority.find(':')).unwrap_or(path);
                    return authority..authority + host;
                }
                let tail = rest.get(path..).unwrap_or_default();
                let end = tail.find(['?', '#']).unwrap_or(tail.len());
                authority + path..authority + path + end
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_where_they_stand() {
        let found = |part: Part, text: &'static str| text.get(part.find(text)).unwrap();
        let url = "ftp://example.com:2121/a/b?c=/d:e#f@g";
        assert_eq!(found(Part::Scheme, url), "ftp");
        assert_eq!(found(Part::Host, url), "example.com");
        assert_eq!(found(Part::Path, url), "/a/b");
        assert_eq!(found(Part::Path, "https://example.com/#/x"), "/");
        assert_eq!(found(Part::Local, "ann@example.com"), "ann");
        assert_eq!(found(Part::Domain, "ann@example.com"), "example.com");
        for part in Part::ALL {
            for text in ["", "a", "://", "é"] {
                assert_eq!(found(part, text), "", "{part:?} of {text}");
            }
        }
    }
}
