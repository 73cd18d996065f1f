//! What waits for people: the client shows where they answer, in the way of its era, and what it keeps for us is sealed.
//!
//! A link that was opened is no approval; only what people answer there counts, and the gateway says that.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Act, Open, Session, Ticket, refused};
use crate::asked::Question;
use crate::message::Id;
use crate::refusal::{self, Era, Refusal};
use crate::tree::{Tree, object};

/// What people are asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// The request for approval.
    pub approval: String,
    /// Where they answer.
    pub link: String,
    /// Until when, in milliseconds since 1970.
    pub until: i64,
    /// The code that says why.
    pub code: String,
    /// It in words.
    pub reason: String,
}

impl Held {
    /// The refusal that says where to approve it.
    pub fn refusal(&self) -> Refusal {
        Refusal { code: self.code.clone(), reason: self.reason.clone(), link: Some(self.link.clone()) }
    }
}

/// Seals what a client keeps for us, for one principal.
#[derive(Clone)]
pub struct Seal {
    key: [u8; 32],
    principal: String,
    waits: bool,
}

/// What our states begin with.
const BEGIN: &str = "lictor1.";
/// What is sealed begins with this, and nothing else that a key like this one signs.
const PURPOSE: &[u8] = b"lictor-mcp-request-state-v1\0";
/// The name of our question among those of an answer.
const OURS: &str = "lictor-approval";
/// Which requests may be answered with a question.
const MAY_ASK: [&str; 3] = ["tools/call", "prompts/get", "resources/read"];

impl Seal {
    /// A seal with a key that nobody else has. `waits` says whether people are waited for where no link can be shown.
    pub fn new(key: [u8; 32], principal: impl Into<String>, waits: bool) -> Seal {
        Seal { key, principal: principal.into(), waits }
    }

    fn mac(&self, sealed: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(PURPOSE);
        mac.update(self.principal.as_bytes());
        mac.update(b"\0");
        mac.update(sealed.as_bytes());
        Some(mac)
    }

    fn seal(&self, state: &Tree) -> Option<String> {
        let sealed = hex(state.written().as_bytes());
        let tag = hex(&self.mac(&sealed)?.finalize().into_bytes());
        Some(format!("{BEGIN}{sealed}.{tag}"))
    }

    fn open(&self, state: &str) -> Option<Tree> {
        let (sealed, tag) = state.strip_prefix(BEGIN)?.split_once('.')?;
        self.mac(sealed)?.verify_slice(&unhex(tag)?).ok()?;
        Tree::read(&unhex(sealed)?).ok()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2)
        || !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// The digest of what is asked.
pub fn digest(question: &Question) -> String {
    crate::pins::digest(&object([("tool", question.tool.as_str().into()), ("input", question.input.clone())]))
}

/// Whether these capabilities say that a client shows links.
pub fn shows_links(capabilities: Option<&Tree>) -> bool {
    let elicitation = capabilities.and_then(|capabilities| capabilities.get("elicitation"));
    elicitation
        .and_then(|elicitation| elicitation.get("url"))
        .is_some_and(|url| matches!(url, Tree::Object(_)))
}

/// Whether a request says so of its client.
pub fn declares_links(params: Option<&Tree>) -> bool {
    let meta = params.and_then(|params| params.get("_meta"));
    shows_links(meta.and_then(|meta| meta.get("io.modelcontextprotocol/clientCapabilities")))
}

impl Session {
    /// Takes out of a request what it brings back of ours: the approval that it is to be decided with.
    pub(super) fn taken_back(
        &self,
        message: &mut Tree,
        digest: &str,
        now: i64,
    ) -> Result<Option<String>, Refusal> {
        let Some(params) = message.get_mut("params") else { return Ok(None) };
        let is_ours = |state: &&str| state.starts_with(BEGIN);
        let Some(state) = params.get("requestState").and_then(Tree::text).filter(is_ours) else {
            return Ok(None);
        };
        let stale = |why: &str| Refusal::new("STATE_INVALID", format!("{why}; call again without it"));
        let state = self
            .terms
            .seal
            .open(state)
            .ok_or_else(|| stale("the requestState is not one that was given here"))?;
        let text = |name: &str| state.get(name).and_then(Tree::text);
        if text("digest") != Some(digest) {
            return Err(stale("the requestState is of another call"));
        }
        if text("until").and_then(|until| until.parse::<i64>().ok()).is_none_or(|until| until <= now) {
            return Err(stale("the requestState is too old"));
        }
        let answered = params.get("inputResponses").and_then(|answers| answers.get(OURS));
        let action = answered.and_then(|answer| answer.get("action")).and_then(Tree::text);
        if action != Some("accept") {
            return Err(Refusal::new(
                "APPROVAL_DECLINED",
                "the page on which a person could approve it was not opened",
            ));
        }
        params.remove("requestState");
        params.remove("inputResponses");
        let Tree::Object(members) = params else { return Ok(None) };
        // What the server had given the client to keep goes back to it.
        for (kept, name) in [("state", "requestState"), ("responses", "inputResponses")] {
            if let Some(value) = state.get(kept) {
                members.push((name.to_owned(), value.clone()));
            }
        }
        Ok(text("approval").map(str::to_owned))
    }

    /// What happens with a request that people are asked about.
    pub(super) fn hold(&mut self, ticket: Ticket, open: Open, held: Held) -> Vec<Act> {
        let Open::Request { id, message, era, is_call, shows_links, digest, asked, shown } = open else {
            return Vec::new();
        };
        let method = message.get("method").and_then(Tree::text).unwrap_or_default();
        let asks_in_answer = !asked && era == Era::Modern && shows_links && MAY_ASK.contains(&method);
        let question = if asks_in_answer { self.question(&message, &digest, &held) } else { None };
        if let Some(answer) = question {
            self.of_client.remove(&id);
            return vec![Act::ToClient(refusal::answer(&id, "result", answer))];
        }
        let asks = !asked && era == Era::Legacy && shows_links;
        if asked || !(asks || self.terms.seal.waits) {
            self.of_client.remove(&id);
            return vec![Act::ToClient(refused(&id, era, is_call, &held.refusal()))];
        }
        let (mut acts, mut shown) = (Vec::new(), shown);
        if asks {
            let ours = Id::ours(ticket);
            acts.push(Act::ToClient(request(&ours, &held)));
            self.ours.insert(ours, ticket);
            shown = Some(held.approval.clone());
        }
        acts.push(Act::Await(ticket, held, asks));
        self.open.insert(
            ticket,
            Open::Request { id, message, era, is_call, shows_links, digest, asked: true, shown },
        );
        acts
    }

    /// The answer that asks the client to open the link and to call again.
    fn question(&self, message: &Tree, digest: &str, held: &Held) -> Option<Tree> {
        let mut state = vec![
            ("approval".to_owned(), held.approval.as_str().into()),
            ("until".to_owned(), held.until.to_string().as_str().into()),
            ("digest".to_owned(), digest.into()),
        ];
        let params = message.get("params");
        for (name, kept) in [("requestState", "state"), ("inputResponses", "responses")] {
            if let Some(value) = params.and_then(|params| params.get(name)) {
                state.push((kept.to_owned(), value.clone()));
            }
        }
        let state = self.terms.seal.seal(&Tree::Object(state))?;
        let params = object([
            ("mode", "url".into()),
            ("message", words(held).as_str().into()),
            ("url", held.link.as_str().into()),
        ]);
        let asks = object([("method", "elicitation/create".into()), ("params", params)]);
        Some(object([
            ("resultType", "input_required".into()),
            ("inputRequests", object([(OURS, asks)])),
            ("requestState", state.as_str().into()),
        ]))
    }

    /// The client does not want to show the link: the request ends, and people may approve it all the same for the next one.
    pub(super) fn given_up(&mut self, ticket: Ticket) -> Vec<Act> {
        let Some(Open::Request { id, era, is_call, .. }) = self.open.remove(&ticket) else {
            return Vec::new();
        };
        self.of_client.remove(&id);
        let refusal =
            Refusal::new("APPROVAL_DECLINED", "the page on which a person could approve it was not opened");
        vec![Act::ToClient(refused(&id, era, is_call, &refusal))]
    }
}

/// Says to a client of the legacy era that the link that it was shown has served.
pub(super) fn over(approval: &str) -> Vec<u8> {
    let params = object([("elicitationId", approval.into())]).written();
    format!("{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/elicitation/complete\",\"params\":{params}}}")
        .into_bytes()
}

fn words(held: &Held) -> String {
    format!("A person must approve this before it happens ({}): {}", held.code, held.reason)
}

/// Our question to a client of the legacy era.
fn request(id: &Id, held: &Held) -> Vec<u8> {
    let params = object([
        ("mode", "url".into()),
        ("message", words(held).as_str().into()),
        ("url", held.link.as_str().into()),
        ("elicitationId", held.approval.as_str().into()),
    ]);
    let params = params.written();
    format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"elicitation/create\",\"params\":{params}}}",
        id.json()
    )
    .into_bytes()
}
