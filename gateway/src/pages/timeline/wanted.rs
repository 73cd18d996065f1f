//! What of the timeline somebody wants to see, as the address says it.

use lictor_bundle::time::parse_timestamp;
use lictor_evidence::receipt::Verdict;
use lictor_journal::record::Kind;
use lictor_journal::row;
use lictor_store::Filter;

use crate::json::cut;
use crate::pages::event::REPLAY;
use crate::pages::form::Form;

/// What somebody wants to see of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Wanted {
    /// What happened: one of [`KINDS`].
    pub what: Option<&'static Kindly>,
    pub agent: Option<String>,
    pub action: Option<String>,
    /// A part of a code, a rule or a citation.
    pub cites: Option<String>,
    /// From this moment, as it was written.
    pub from: Option<(String, i64)>,
    /// To before this moment, as it was written.
    pub to: Option<(String, i64)>,
    /// Only records before this index.
    pub before: Option<u64>,
    /// What was asked for that there is not, or that is not written as it must be, in sentences. It is left out.
    pub wrong: Vec<String>,
}

/// What is asked by.
const NAMES: [&str; 7] = ["what", "agent", "action", "cites", "from", "to", "before"];

/// What may be asked for, by its name.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Kindly {
    pub name: &'static str,
    kind: Kind,
    pub decision: Option<Verdict>,
    cites: Option<&'static str>,
}

const fn kindly(name: &'static str, kind: Kind, decision: Option<Verdict>) -> Kindly {
    Kindly { name, kind, decision, cites: None }
}

pub(super) static KINDS: [Kindly; 7] = [
    kindly("authorized", Kind::Decided, Some(Verdict::Allow)),
    kindly("denied", Kind::Decided, Some(Verdict::Deny)),
    kindly("held", Kind::Decided, Some(Verdict::StepUp)),
    kindly("observed", Kind::Observed, None),
    kindly("burned", Kind::Burned, None),
    Kindly { name: "replayed", kind: Kind::Refused, decision: None, cites: Some(REPLAY) },
    kindly("answered", Kind::ApprovalAnswered, None),
];

impl Wanted {
    pub fn of(query: Option<&str>) -> Wanted {
        let form = Form::of_query(query);
        let mut wrong = Vec::new();
        if form.is_empty() && query.is_some_and(|query| !query.is_empty()) {
            wrong.push("A filter stands there twice.".to_owned());
        }
        for name in form.names().filter(|name| !NAMES.contains(name)) {
            wrong.push(format!(
                "There is no filter \u{201c}{}\u{201d}; there are {}.",
                cut(name),
                NAMES.join(", ")
            ));
        }
        let text = |name: &str| form.get(name).map(|text| text.chars().take(200).collect::<String>());
        let mut moment = |name: &str| {
            let text = form.get(name)?;
            let at = read_moment(text);
            if at.is_none() {
                let what = "A moment is written as 2026-03-01 or 2026-03-01T10:00, in UTC";
                wrong.push(format!("{what}; \u{201c}{}\u{201d} is none.", cut(text)));
            }
            Some((text.to_owned(), at?))
        };
        let (from, to) = (moment("from"), moment("to"));
        let what = form.get("what").and_then(|what| {
            let kind = KINDS.iter().find(|kind| kind.name == what);
            if kind.is_none() {
                let all = KINDS.each_ref().map(|kind| kind.name).join(", ");
                wrong.push(format!("Nothing is called \u{201c}{}\u{201d}; events are {all}.", cut(what)));
            }
            kind
        });
        let before = form.get("before").and_then(|index| {
            let before = index.parse().ok();
            if before.is_none() {
                wrong.push(format!("\u{201c}{}\u{201d} is the number of no record.", cut(index)));
            }
            before
        });
        let [agent, action, cites] = ["agent", "action", "cites"].map(text);
        Wanted { what, agent, action, cites, from, to, before, wrong }
    }

    pub fn filter(&self) -> Filter {
        let what = self.what;
        Filter {
            // Time is looked up by index: it never goes back.
            from: None,
            to: None,
            kind: what.map(|what| what.kind.number()),
            agent: self.agent.clone(),
            action: self.action.clone(),
            decision: what.and_then(|what| what.decision).map(|verdict| row::decision(Some(verdict))),
            cites: self.cites.clone().or_else(|| what?.cites.map(str::to_owned)),
        }
    }

    pub fn is_filtered(&self) -> bool {
        self.filter() != Filter::default() || self.from.is_some() || self.to.is_some()
    }

    /// The address of the same, but for these.
    pub fn address(&self, what: Option<&Kindly>, before: Option<u64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let texts = [("agent", &self.agent), ("action", &self.action), ("cites", &self.cites)];
        if let Some(what) = what {
            query.append_pair("what", what.name);
        }
        for (name, text) in texts {
            text.iter().for_each(|text| _ = query.append_pair(name, text));
        }
        for (name, moment) in [("from", &self.from), ("to", &self.to)] {
            moment.iter().for_each(|(text, _)| _ = query.append_pair(name, text));
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        let query = query.finish();
        if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
    }
}

/// Reads what a field of a form has for a moment: `2026-03-01`, `2026-03-01T10:00`, or a whole timestamp. UTC.
fn read_moment(text: &str) -> Option<i64> {
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        16 => format!("{text}:00Z"),
        19 => format!("{text}Z"),
        _ => text.to_owned(),
    };
    parse_timestamp(&whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_wanted() {
        let query =
            "what=denied&agent=a%26b&action=pay&cites=soc2&from=2026-03-01&to=2026-03-02T10%3A00&before=7";
        let wanted = Wanted::of(Some(query));
        assert_eq!(wanted.agent.as_deref(), Some("a&b"));
        assert_eq!(wanted.from.as_ref().map(|(_, at)| *at), Some(1_772_323_200_000));
        assert_eq!(wanted.address(wanted.what, wanted.before), format!("/?{query}"));
        let filter = wanted.filter();
        assert_eq!((filter.kind, filter.decision), (Some(1), Some(3)));
        assert!(wanted.wrong.is_empty(), "{wanted:?}");
        assert_eq!(Wanted::of(Some("agent=")), Wanted::default());
        assert_eq!(Wanted::default().address(None, None), "/");
    }

    #[test]
    fn what_nobody_understands_is_told_and_left_out() {
        let of = |query| Wanted::of(Some(query));
        for (query, told) in [
            (
                "from=yesterday",
                "A moment is written as 2026-03-01 or 2026-03-01T10:00, in UTC; “yesterday” is none.",
            ),
            (
                "what=everything",
                "Nothing is called “everything”; events are authorized, denied, held, observed, burned, replayed, answered.",
            ),
            (
                "outcome=denied",
                "There is no filter “outcome”; there are what, agent, action, cites, from, to, before.",
            ),
            ("before=-1", "“-1” is the number of no record."),
            ("agent=a&agent=b", "A filter stands there twice."),
        ] {
            let wanted = of(query);
            assert_eq!(wanted.wrong, [told], "{query}");
            assert_eq!(Wanted { wrong: Vec::new(), ..wanted }, Wanted::default(), "{query}");
        }
        // Nobody's words become many of ours, and what is right beside them counts.
        let many = of("what=denied&to=x\u{202e}&outcome=a");
        assert_eq!((many.what.map(|what| what.name), many.wrong.len()), (Some("denied"), 2));
        assert!(many.wrong.iter().all(|wrong| !wrong.contains('\u{202e}')), "{many:?}");
    }
}
