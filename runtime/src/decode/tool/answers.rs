//! What readers say of the members of a call's input. Each is asked once, however many conditions and fields read what it says, and what
//! it says is read like the input itself.

use lictor_bundle::tools::Asked;
use lictor_commands::{Reader as Asking, Takes, reader};

use super::input::Input;
use crate::arena::Arena;
use crate::decode::decoder::Json;
use crate::decode::fault::{Fault, MAX_DEPTH};
use crate::decode::reader::{Kind, Raw, Reader};

/// What was asked about one call.
#[derive(Default)]
pub(crate) struct Answers<'p> {
    all: Vec<(&'p Asked, Result<Answer, String>)>,
}

/// What a reader has said.
struct Answer {
    /// An object of JSON.
    text: String,
    /// Where it starts in the arena.
    kept: u32,
    /// Its members, but for those that are `null`.
    fields: Vec<(&'static str, Raw)>,
}

impl<'p> Answers<'p> {
    /// Asks, unless that was done before.
    pub(super) fn ask(&mut self, asked: &'p Asked, input: &Input<'_>, arena: &mut Arena) {
        if self.find(asked).is_none() {
            let said = answer(asked, input, arena);
            self.all.push((asked, said));
        }
    }

    /// Puts all that was said into an arena that has forgotten it. Whether there is room for it.
    pub fn keep(&mut self, arena: &mut Arena) -> bool {
        self.all.iter_mut().filter_map(|(_, said)| said.as_mut().ok()).all(|answer| {
            let kept = Json::new(&answer.text, arena).map(|json| json.kept());
            answer.kept = kept.unwrap_or_default();
            kept.is_some()
        })
    }

    /// What was said, and where in it stands what is asked for; nothing where it is not there. A sentence where the member is nothing to
    /// ask about.
    pub fn of(&self, asked: &Asked) -> Result<(Json<'_>, Option<Raw>), &str> {
        match self.find(asked) {
            Some(Ok(answer)) => {
                let field = answer.fields.iter().find(|(name, _)| *name == asked.field);
                Ok((Json::at(&answer.text, answer.kept), field.map(|(_, raw)| *raw)))
            }
            Some(Err(sentence)) => Err(sentence),
            None => Err("is missing"),
        }
    }

    /// All that was asked, in its order: an object of JSON, or a sentence.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'p Asked, Result<&str, &str>)> {
        self.all.iter().map(|(asked, said)| {
            let said = said.as_ref().map(|answer| answer.text.as_str());
            (*asked, said.map_err(String::as_str))
        })
    }

    fn find(&self, asked: &Asked) -> Option<&Result<Answer, String>> {
        self.all.iter().find(|(other, _)| other.is_together_with(asked)).map(|(_, said)| said)
    }
}

fn answer(asked: &Asked, input: &Input<'_>, arena: &mut Arena) -> Result<Answer, String> {
    let missing = || "is missing".to_owned();
    let asking = reader(&asked.reader).ok_or_else(missing)?;
    let raw = input.at(&asked.of).map_err(|(_, sentence)| sentence)?.ok_or_else(missing)?;
    let texts = input.texts(raw, asking.takes)?;
    let text =
        asking.read(&texts).ok_or_else(|| format!("is too long: {} bytes at most are read", asking.max))?;
    let fields = fields(asking, &text).map_err(|fault| fault.sentence(&text))?;
    let kept = Json::new(&text, arena).ok_or_else(|| "is too long".to_owned())?.kept();
    Ok(Answer { text, kept, fields })
}

/// Where the fields of an answer stand.
fn fields(asking: &Asking, text: &str) -> Result<Vec<(&'static str, Raw)>, Fault> {
    let mut json = Reader::new(text);
    let mut found = Vec::with_capacity(asking.fields.len());
    json.open();
    while json.member(found.is_empty())? {
        let name = json.name()?.text;
        json.colon()?;
        let field = asking.field(&name).map_or("", |field| field.name);
        let is_null = json.kind()? == Kind::Null;
        let raw = json.skip(MAX_DEPTH)?;
        // Each takes a place, so that what stands next is known to be no first one.
        found.push((if is_null { "" } else { field }, raw));
    }
    Ok(found)
}

impl Input<'_> {
    /// The texts of a member that a reader is asked about.
    fn texts(&self, raw: Raw, takes: Takes) -> Result<Vec<String>, String> {
        let wrong = |fault: Fault| fault.sentence(self.text);
        let mut json = Reader::of(self.text, raw);
        let found = json.kind().map_err(wrong)?;
        match (takes, found) {
            (Takes::Text, Kind::Text) => Ok(vec![json.string().map_err(wrong)?.text.into_owned()]),
            (Takes::Text, _) => Err(format!("must be a text, not {}", found.name())),
            (Takes::Texts, Kind::List) => {
                let mut texts = Vec::new();
                json.open();
                while json.element(texts.is_empty()).map_err(wrong)? {
                    let found = json.kind().map_err(wrong)?;
                    if found != Kind::Text {
                        return Err(format!("must be a list of texts, not of {}", found.name()));
                    }
                    texts.push(json.string().map_err(wrong)?.text.into_owned());
                }
                Ok(texts)
            }
            (Takes::Texts, _) => Err(format!("must be a list of texts, not {}", found.name())),
        }
    }
}
