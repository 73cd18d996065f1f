//! URLs.

use super::domain;

/// The ports that need not be written, by scheme: those that the WHATWG URL standard leaves out, too.
const PORTS: [(&str, u16); 5] = [("ftp", 21), ("http", 80), ("https", 443), ("ws", 80), ("wss", 443)];

/// An absolute URL with a host, normalized as RFC 3986 §6.2.2 and §6.2.3 say: scheme and host canonical, no port that the scheme has anyway, no
/// `.` and `..` in the path, at least `/` as path, nothing percent-encoded that need not be, what must be in capitals.
///
/// # Errors
/// Whatever two readers could understand differently: a user name before the host, an address as host, spaces, backslashes, and all other
/// characters that RFC 3986 does not have; letters outside ASCII are encoded as RFC 3987 §3.1 says.
pub(super) fn canonical(text: &str) -> Result<String, &'static str> {
    let (scheme, rest) = text.split_once("://").ok_or("has no scheme and `://`, such as `https://`")?;
    let first_is_letter = scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !first_is_letter || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    {
        return Err("has no scheme and `://`, such as `https://`");
    }
    let scheme = scheme.to_ascii_lowercase();
    let (authority, rest) =
        rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len())).unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err("has a user name before the host, which hides what the host is");
    }
    if authority.starts_with('[') {
        return Err("has an address as its host, and a domain belongs there");
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(parse_port(port).ok_or("has no port after the `:`")?)),
        None => (authority, None),
    };
    // Outside these schemes there are readers that encode such a host instead of looking for its A-labels.
    if !host.is_ascii() && !PORTS.iter().any(|(known, _)| *known == scheme) {
        return Err("has letters outside ASCII in its host, which only `http` and its like have");
    }
    let host = domain::canonical(host).map_err(|why| match why {
        "ends in a number: an address is no domain" => {
            "has an address as its host, and a domain belongs there"
        }
        _ => "has a host that is no domain",
    })?;
    let (rest, fragment) = match rest.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (rest, None),
    };
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };

    let mut url = format!("{scheme}://{host}");
    if let Some(port) = port
        && !PORTS.contains(&(scheme.as_str(), port))
    {
        url.push_str(&format!(":{port}"));
    }
    url.push_str(&without_dots(&encoded(path)?));
    for (sign, part) in [('?', query), ('#', fragment)] {
        if let Some(part) = part {
            url.push(sign);
            url.push_str(&encoded(part)?);
        }
    }
    Ok(url)
}

fn parse_port(text: &str) -> Option<u16> {
    let plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// A path, query or fragment in which exactly those characters are percent-encoded that must be (RFC 3986 §6.2.2.1 and §6.2.2.2).
fn encoded(part: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(part.len());
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        let value = match byte {
            b'%' => {
                let digits = [bytes.next(), bytes.next()].map(|digit| digit.and_then(hex));
                let [Some(high), Some(low)] = digits else {
                    return Err("has a `%` without two hexadecimal digits after it");
                };
                high * 16 + low
            }
            byte if is_plain(byte) => {
                out.push(char::from(byte));
                continue;
            }
            byte if !byte.is_ascii() => byte,
            _ => {
                return Err(
                    "has a space or another character that no URL has; write it as `%` and two digits",
                );
            }
        };
        if is_unreserved(value) {
            out.push(char::from(value));
        } else {
            out.push_str(&format!("%{value:02X}"));
        }
    }
    Ok(out)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// What stands for itself wherever it stands: `unreserved` of RFC 3986 §2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// `pchar`, `/` and `?` of RFC 3986 §3.3 and §3.4.
fn is_plain(byte: u8) -> bool {
    is_unreserved(byte) || b"!$&'()*+,;=:@/?".contains(&byte)
}

/// A path without `.` and `..` (RFC 3986 §5.2.4), beginning with `/`.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments = path.strip_prefix('/').unwrap_or(path);
    for segment in segments.split('/') {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let mut out: String = kept.iter().flat_map(|segment| ["/", segment]).collect();
    // What ends in a dot segment names a directory.
    if out.is_empty() || matches!(segments.rsplit('/').next(), Some("." | "..")) {
        out.push('/');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    #[test]
    fn a_url_has_one_form() {
        for (written, url) in [
            ("https://example.com", "https://example.com/"),
            ("HTTPS://EXAMPLE.com.:443/a", "https://example.com/a"),
            ("http://example.com:443/", "http://example.com:443/"),
            ("https://example.com/a/../b", "https://example.com/b"),
            ("https://example.com/a/%2e%2E/b/./c", "https://example.com/b/c"),
            ("https://example.com/../../etc", "https://example.com/etc"),
            ("https://example.com/a/..", "https://example.com/"),
            ("https://example.com/a/.", "https://example.com/a/"),
            ("https://example.com//a//", "https://example.com//a//"),
            ("https://example.com/%7euser/%2fx%c3%a9", "https://example.com/~user/%2Fx%C3%A9"),
            ("https://example.com/é?q=ü#ß", "https://example.com/%C3%A9?q=%C3%BC#%C3%9F"),
            ("https://Bücher.example?a=/../b", "https://xn--bcher-kva.example/?a=/../b"),
            ("git+ssh://host.example:2222/r", "git+ssh://host.example:2222/r"),
            ("https://example.com#@evil.example", "https://example.com/#@evil.example"),
        ] {
            assert_eq!(canonical(written).as_deref(), Ok(url), "{written}");
            assert!(Form::Url.is_canonical(url), "{url}");
        }
    }

    #[test]
    fn what_two_readers_could_understand_differently_is_refused() {
        for text in [
            "",
            "example.com",
            "//example.com",
            "https:/example.com",
            "https:example.com",
            "mailto:a@example.com",
            "://a",
            "1a://b.example",
            "https://",
            "https:///a",
            "https://user@example.com/",
            "https://example.com@evil.example/",
            "https://example.com:/",
            "https://example.com:0/",
            "https://example.com:080/",
            "https://example.com:65536/",
            "https://example.com:1:2/",
            "https://192.0.2.1/",
            "https://[::1]/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://exa mple.com/",
            "https://example.com\\@evil.example/",
            "https://example.com/a b",
            "https://example.com/a\nb",
            "https://example.com/%",
            "https://example.com/%4",
            "https://example.com/%zz",
            "https://example.com/<a>",
            " https://example.com/",
            "https://example.com/\t",
            "https://%65xample.com/",
            "https://*.example.com/",
            "https://example.com/a#b#c",
            "javascript://%0aalert(1)",
            "git://bücher.example/",
        ] {
            assert!(canonical(text).is_err(), "{text:?}: {:?}", canonical(text));
        }
    }
}
