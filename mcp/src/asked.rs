//! What of the protocol is an action, and which call of a tool it is to the policy.
//!
//! A tool `t` of the server `s` is `s/t`. What the protocol itself offers is a tool of a server called `mcp`, whose input names the real one:
//! `resources/read` is `mcp/resources.read` with `{"server": "s", "uri": …}`.

use crate::refusal::Refusal;
use crate::tree::{Tree, shown};

/// The name under which policy knows what the protocol itself offers; no server may be called so.
pub const PROTOCOL: &str = "mcp";
/// How a tool is called.
pub const CALL: &str = "tools/call";

/// What a client asks of a server that only tells what there is.
const TELLS: [&str; 11] = [
    "initialize",
    "ping",
    "server/discover",
    "tools/list",
    "prompts/list",
    "resources/list",
    "resources/templates/list",
    "resources/unsubscribe",
    "completion/complete",
    "logging/setLevel",
    "subscriptions/listen",
];
/// What a server asks of a client that only tells what there is.
const TELLS_SERVER: [&str; 2] = ["ping", "roots/list"];
/// What a call of a tool consists of; of any other member nobody here knows what it does.
const PARAMS: [&str; 6] = ["name", "arguments", "_meta", "task", "inputResponses", "requestState"];

/// A call as policy is asked about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// `server/tool`.
    pub tool: String,
    /// What is sent: an object, as it was decoded.
    pub input: Tree,
}

/// Whether a request of a client is an action.
pub fn is_action(method: &str) -> bool {
    !TELLS.contains(&method)
}

/// Whether a request of a server is one.
pub fn is_action_of_server(method: &str) -> bool {
    !TELLS_SERVER.contains(&method)
}

/// What policy is asked about a call of a tool.
///
/// # Errors
/// It is no call that is taken.
pub fn call(server: &str, params: Option<&Tree>) -> Result<Question, Refusal> {
    let invalid = |why: String| Refusal::new(crate::refusal::UNREADABLE, why);
    let Some(members) = params.and_then(Tree::members) else {
        return Err(invalid("the call has no params".to_owned()));
    };
    if let Some((name, _)) = members.iter().find(|(name, _)| !PARAMS.contains(&name.as_str())) {
        return Err(invalid(format!(
            "the call has a member params.{}, of which nobody knows what it does",
            shown(name)
        )));
    }
    let get = |name: &str| params.and_then(|params| params.get(name));
    let Some(name) = get("name").and_then(Tree::text).filter(|name| !name.is_empty()) else {
        return Err(invalid("the call names no tool".to_owned()));
    };
    let input = match get("arguments") {
        None => Tree::Object(Vec::new()),
        Some(arguments @ Tree::Object(_)) => arguments.clone(),
        Some(_) => return Err(invalid("the arguments of the call are no object".to_owned())),
    };
    Ok(Question { tool: format!("{server}/{name}"), input })
}

/// What policy is asked about anything else: the method, and its params without what only the protocol reads.
///
/// # Errors
/// It is nothing that can be asked about.
pub fn of_protocol(server: &str, method: &str, params: Option<&Tree>) -> Result<Question, Refusal> {
    let invalid = |why: &str| Refusal::new(crate::refusal::UNREADABLE, why);
    if method.contains('.') {
        return Err(invalid("the method has a point in its name, which no method has"));
    }
    let mut input = vec![("server".to_owned(), server.into())];
    match params {
        None => {}
        Some(Tree::Object(members)) => {
            for (name, value) in members {
                match name.as_str() {
                    "_meta" | "inputResponses" | "requestState" => {}
                    "server" => {
                        return Err(invalid("the request has a member params.server, which no request has"));
                    }
                    _ => input.push((name.clone(), value.clone())),
                }
            }
        }
        Some(_) => return Err(invalid("the params of the request are no object")),
    }
    Ok(Question { tool: format!("{PROTOCOL}/{}", method.replace('/', ".")), input: Tree::Object(input) })
}
