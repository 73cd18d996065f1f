//! What readers said of a call: why a command line was taken for what it was.

use lictor_commands::reader;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::decode::{Said, said};
use crate::plan::Program;

/// What stands in the place of what is secret.
const SECRET: &str = "secret";

/// What a reader said of a member of the call's input.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExplainedReader {
    /// What was asked, without what for: `shell(input.command)`.
    pub question: String,
    /// What it said, each thing by its name, in the order in which readers list them. What is absent is not among it.
    pub says: Vec<(String, Value)>,
    /// Why there is nothing: `secret`, or what is wrong with the member.
    pub withheld: Option<String>,
}

/// What readers said of a request that calls a tool; nothing of any other.
pub(super) fn readers(program: &Program, request: &[u8]) -> Vec<ExplainedReader> {
    said(program, request).into_iter().map(explained).collect()
}

fn explained(said: Said) -> ExplainedReader {
    let Said { question, reader: name, answer, secret } = said;
    let nothing = |why: String| (Vec::new(), Some(why));
    let (says, withheld) = match answer {
        _ if secret => nothing(SECRET.to_owned()),
        Ok(text) => {
            let mut answer: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
            let fields = reader(&name).map_or(&[][..], |reader| reader.fields);
            let said =
                fields.iter().filter_map(|field| Some((field.name.to_owned(), answer.remove(field.name)?)));
            (said.filter(|(_, value)| !value.is_null()).collect(), None)
        }
        Err(why) => nothing(why),
    };
    ExplainedReader { question, says, withheld }
}
