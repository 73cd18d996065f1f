//! Headers: which go on, and whether they say what the body says.

use base64ct::{Base64, Encoding};
use http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::asked::CALL;
use crate::mirrors::{Mirror, says};
use crate::refusal::{Era, VERSION};
use crate::tree::Tree;

/// The name of a session.
pub const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// What goes on of what the client sends. Its credentials are for us, if for anybody.
pub fn to_server(sent: &HeaderMap) -> HeaderMap {
    let known = |name: &HeaderName| {
        let ours = ["mcp-protocol-version", "mcp-method", "mcp-name", "last-event-id"];
        [ACCEPT, CONTENT_TYPE, SESSION].contains(name)
            || ours.contains(&name.as_str())
            || name.as_str().starts_with(PARAM)
    };
    picked(sent, known)
}

/// What goes back of what the server sends.
pub fn to_client(sent: &HeaderMap) -> HeaderMap {
    picked(sent, |name| [CONTENT_TYPE, SESSION, ALLOW, CACHE_CONTROL, RETRY_AFTER].contains(name))
}

fn picked(sent: &HeaderMap, is_known: impl Fn(&HeaderName) -> bool) -> HeaderMap {
    let known = sent.iter().filter(|(name, _)| is_known(name));
    known.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A header that stands there once, as a text.
pub fn text<'a>(sent: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    sent.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a request comes from this machine, by what it says, and not from a page of somebody else's in a browser on it.
pub fn is_local(sent: &HeaderMap) -> bool {
    let local = |host: Option<&str>| matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"));
    let host_of = |value: &HeaderValue| {
        let uri: Option<Uri> = value.to_str().ok().and_then(|text| text.parse().ok());
        uri.and_then(|uri| uri.host().map(str::to_owned))
    };
    let host = sent.get(HOST).and_then(host_of);
    let origins_are = sent.get_all(ORIGIN).iter().all(|origin| local(host_of(origin).as_deref()));
    local(host.as_deref()) && origins_are
}

/// What the names of headers begin with in which arguments are repeated.
const PARAM: &str = "mcp-param-";

/// Why a request is not taken whose headers do not say what its body says: the end of a sentence that begins with a header. Requests that stand by themselves have to
/// have them. `mirrors` are the arguments of the tool that is called which have one of their own, where that is known.
pub fn contradicts(sent: &HeaderMap, message: &Tree, mirrors: Option<&[Mirror]>) -> Option<String> {
    let is_modern = Era::of(message.get("params")) == Era::Modern;
    let is_request = message.get("id").is_some();
    of_protocol(sent, message, is_modern && is_request)
        .map(|name| format!("{name} does not say what the body says"))
        .or_else(|| of_arguments(sent, message, mirrors).filter(|_| is_modern))
}

/// Takes out what nobody holds against the body in a request of the legacy era.
pub fn without_arguments(headers: &mut HeaderMap) {
    let names: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with(PARAM)).cloned().collect();
    names.iter().for_each(|name| drop(headers.remove(name)));
}

/// The first header of an argument that does not say what the argument is.
fn of_arguments(sent: &HeaderMap, message: &Tree, mirrors: Option<&[Mirror]>) -> Option<String> {
    if message.get("method").and_then(Tree::text) != Some(CALL) {
        return None;
    }
    let Some(mirrors) = mirrors else {
        let unknown = sent.keys().find(|name| name.as_str().starts_with(PARAM))?;
        return Some(format!(
            "{unknown} cannot be held against the body before the tool was listed; list the tools first"
        ));
    };
    let arguments = message.get("params").and_then(|params| params.get("arguments"));
    let differs = mirrors.iter().find(|mirror| {
        let mut all = sent.get_all(mirror.header.as_str()).iter();
        match (all.next(), all.next(), mirror.value(arguments)) {
            (None, _, None) => false,
            (Some(one), None, Some(value)) => !decoded(one).is_some_and(|header| says(&header, value)),
            _ => true,
        }
    });
    differs.map(|mirror| format!("{} does not say what the body says", mirror.header))
}

/// The first header of the protocol itself that does not say what the body says.
fn of_protocol(sent: &HeaderMap, message: &Tree, must_have: bool) -> Option<&'static str> {
    let params = message.get("params");
    let method = message.get("method").and_then(Tree::text);
    let named = match method {
        Some("tools/call" | "prompts/get") => params.and_then(|params| params.get("name")),
        Some("resources/read") => params.and_then(|params| params.get("uri")),
        Some("tasks/get" | "tasks/update" | "tasks/cancel") => params.and_then(|params| params.get("taskId")),
        _ => None,
    };
    let version = params.and_then(|params| params.get("_meta")).and_then(|meta| meta.get(VERSION));
    let differs = |name: &'static str, said: Option<&str>| {
        let all: Vec<_> = sent.get_all(name).iter().collect();
        let same = match all.as_slice() {
            [] => !must_have || said.is_none(),
            [one] => decoded(one).is_some_and(|value| said.is_none_or(|said| said == value)),
            _ => false,
        };
        (!same).then_some(name)
    };
    differs("mcp-method", method)
        .or_else(|| differs("mcp-name", named.and_then(Tree::text)))
        .or_else(|| differs("mcp-protocol-version", version.and_then(Tree::text)))
}

/// What a header says; names that no header takes are written in Base64.
fn decoded(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?.trim();
    match text.strip_prefix("=?base64?").and_then(|text| text.strip_suffix("?=")) {
        Some(encoded) => String::from_utf8(Base64::decode_vec(encoded).ok()?).ok(),
        None => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A call of the modern era with these arguments.
    fn call(arguments: &str) -> Tree {
        let meta = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;
        let call = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"t","arguments":{arguments},"_meta":{meta}}}}}"#
        );
        Tree::read(call.as_bytes()).unwrap()
    }

    /// The headers that such a call has, and these.
    fn sent(more: &[(&'static str, &str)]) -> HeaderMap {
        let ours = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "t")];
        let mut headers = HeaderMap::new();
        for (name, value) in ours.iter().chain(more) {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn mirrors() -> Vec<Mirror> {
        let definition =
            r#"{"inputSchema":{"properties":{"region":{"type":"string","x-mcp-header":"Region"}}}}"#;
        Mirror::of(&Tree::read(definition.as_bytes()).unwrap())
    }

    #[test]
    fn arguments_that_are_repeated_say_what_the_body_says() {
        let why = |more: &[(&'static str, &str)], arguments: &str| {
            contradicts(&sent(more), &call(arguments), Some(&mirrors()))
        };
        let region = "mcp-param-region";
        assert_eq!(why(&[(region, "eu")], r#"{"region":"eu"}"#), None);
        assert_eq!(why(&[(region, "=?base64?w7w=?=")], r#"{"region":"ü"}"#), None);
        assert_eq!(why(&[], r#"{"region":null}"#), None);
        assert_eq!(why(&[], "{}"), None);
        // One that nobody has marked is none of ours.
        assert_eq!(why(&[("mcp-param-other", "x")], "{}"), None);
        for (headers, arguments) in [
            (&[(region, "us")][..], r#"{"region":"eu"}"#),
            (&[], r#"{"region":"eu"}"#),
            (&[(region, "eu")], "{}"),
            (&[(region, "eu")], r#"{"region":null}"#),
            (&[(region, "eu"), (region, "eu")], r#"{"region":"eu"}"#),
            (&[(region, "=?base64?!?=")], r#"{"region":"eu"}"#),
            (&[(region, "eu")], r#"{"region":["eu"]}"#),
        ] {
            let told = why(headers, arguments).unwrap();
            assert!(told.starts_with("mcp-param-region does not say"), "{told}");
        }
    }

    #[test]
    fn what_can_be_held_against_nothing_is_not_taken() {
        let told = contradicts(&sent(&[("mcp-param-region", "eu")]), &call("{}"), None).unwrap();
        assert!(told.contains("list the tools first"), "{told}");
        assert_eq!(contradicts(&sent(&[]), &call(r#"{"region":"eu"}"#), None), None);
        // In the older era nobody holds them against anything, and they go no further.
        let mut headers = to_server(&sent(&[("mcp-param-region", "eu")]));
        assert!(headers.contains_key("mcp-param-region"));
        without_arguments(&mut headers);
        assert!(!headers.contains_key("mcp-param-region") && headers.contains_key("mcp-name"));
    }

    #[test]
    fn headers_of_the_protocol_are_there_once_and_say_what_the_body_says() {
        for (name, other) in
            [("mcp-protocol-version", "2025-11-25"), ("mcp-method", "tools/list"), ("mcp-name", "u")]
        {
            let why = |headers: &HeaderMap| contradicts(headers, &call("{}"), None);
            let mut headers = sent(&[]);
            assert_eq!(why(&headers), None);
            let expected = format!("{name} does not say what the body says");
            headers.append(name, headers[name].clone());
            assert_eq!(why(&headers), Some(expected.clone()), "twice");
            headers.insert(name, HeaderValue::from_static(other));
            assert_eq!(why(&headers), Some(expected.clone()), "another");
            headers.remove(name);
            assert_eq!(why(&headers), Some(expected), "none");
        }
    }
}
