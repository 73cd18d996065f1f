//! The words of the language, each with a sentence on what it does where it stands.

use lictor_bundle::currency::Currency;
use lictor_bundle::shape::SourcePart;
use lictor_compiler::calendar_units;
use lictor_grammar::ast::{ItemKind, Layer};
use lictor_grammar::cursor::Place;
use lictor_grammar::keywords::Keyword;

use super::item::{FITS, Item, OTHER, Sort, WORD};
use super::{Here, titles};

impl Here<'_> {
    /// The words that may stand at the place.
    pub(super) fn words(&self, items: &mut Vec<Item>) {
        let cursor = &self.look.cursor;
        for word in cursor.words.iter().filter(|word| self.may_begin(word)) {
            let about = about(word, cursor.item);
            items.push(Item::new(Sort::Word, *word, WORD).told(about));
        }
    }

    /// Whether an item with this keyword may stand in the module; any other word may.
    pub(super) fn may_begin(&self, word: &str) -> bool {
        if self.look.cursor.place != Place::Item {
            return true;
        }
        let has = |wanted: fn(&ItemKind) -> bool| self.syntax.items().any(|item| wanted(&item.kind));
        let is_base = self.own.is_none_or(|own| matches!(own.layer(), None | Some(Layer::Base)));
        match word {
            "module" => !self.has_head(),
            "layer" => !has(|kind| matches!(kind, ItemKind::Layer(_))),
            "import" | "use" | "roles" | "reasons" | "fn" | "set" | "rule" | "except" | "promise"
            | "example" | "test" => true,
            // What shapes all layers stands in the base.
            _ => is_base,
        }
    }

    /// Units behind a number: currencies, those of the policy first, and days of the calendar.
    pub(super) fn units(&self, items: &mut Vec<Item>) {
        if self.is_in(&[Keyword::Rule, Keyword::Fn, Keyword::Test]) {
            let about = "Counted on the calendar. A length of time is written in one word: `7d`.";
            items.extend(calendar_units().map(|unit| Item::new(Sort::Unit, unit, OTHER).told(about)));
        }
        let used = self.currencies();
        let known = Currency::all_iso().map(|code| (code, OTHER));
        let all = used
            .iter()
            .map(|code| (code.as_str(), FITS))
            .chain(known.filter(|(code, _)| !used.iter().any(|one| one == code)));
        let unit = |(code, rank)| {
            let title = titles::currency(code);
            let item = Item::new(Sort::Unit, code, rank).detail(title.unwrap_or("a currency of this policy"));
            Item { filter: title.map(|title| format!("{code} {title}")), ..item }
        };
        items.extend(all.map(unit));
    }

    /// The currencies that the policy speaks of.
    pub(super) fn currencies(&self) -> Vec<String> {
        let mut codes: Vec<String> =
            self.look.schema.currencies.iter().map(|(code, _)| code.to_string()).collect();
        for param in &self.look.schema.params {
            if let lictor_bundle::schema::ParamValue::Money(amounts) = &param.default {
                codes.extend(amounts.iter().filter_map(|amount| match amount {
                    lictor_bundle::schema::Scalar::Money(currency, _) => Some(currency.to_string()),
                    _ => None,
                }));
            }
        }
        codes.sort();
        codes.dedup();
        if codes.is_empty() {
            codes.extend(["EUR", "USD"].map(String::from));
        }
        codes
    }
}

/// Who `user` is, where a role could stand.
pub const USER: &str = "The person that the agent acts for.";

/// What a part of every request is.
pub fn envelope(name: &str) -> Option<&'static str> {
    Some(match name {
        "agent" => "The agent that wants to act, as the host knows it. A part of every request.",
        "user" => "The person that the agent acts for, where there is one. A part of every request.",
        "mandate" => "What the person has allowed the agent to do, and until when. A part of every request.",
        "context" => "When and where the request is made, as the host says. A part of every request.",
        _ => return None,
    })
}

/// What a part of a sourced value is.
pub fn source(part: SourcePart) -> &'static str {
    match part {
        SourcePart::State => "Whether the value is verified, stale, disputed, or withheld.",
        SourcePart::VerifiedAt => "When the value was verified, where that is known.",
        SourcePart::Confidence => "How sure its source is, from 0 to 1, where that is known.",
        SourcePart::Value => "The value itself; to be read once its state was asked for.",
    }
}

/// The days of the week.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The types of the language's own, and what values they have.
pub const TYPES: [(&str, &str); 16] = [
    ("Bool", "`true` or `false`."),
    ("Int", "A whole number, not below 0 unless it is `signed`."),
    ("Decimal", "A number with up to nine decimals."),
    ("Money", "An amount with its currency: `12.50 EUR`."),
    ("String", "A text between quotes. How long it may be is said behind it: `String max 40`."),
    ("Timestamp", "A moment: `2026-03-01T10:00:00Z`."),
    ("Date", "A day of the calendar: `2026-03-01`."),
    ("TimeOfDay", "What a clock shows: `08:30`."),
    ("Weekday", "A day of the week: `monday`."),
    ("Duration", "A length of time: `15m`, `24h`, `7d`."),
    ("TimeZone", "A time zone: `\"Europe/Berlin\"`."),
    ("Country", "A country by its two letters: `\"DE\"`."),
    ("List", "Several values in an order: `List<String, max 20>`."),
    ("Set", "Several values, each once: `Set<String>`."),
    ("Map", "Values that are looked up by a text: `Map<String, Money>`."),
    ("Sourced", "A value that says where it comes from, and how far it can be relied on: `Sourced<Date>`."),
];

/// What a code of the engine's own says.
pub fn engine_code(code: &str) -> &'static str {
    match code {
        "DEFAULT_STEP_UP" => "No rule said more, and the action asks a person by default.",
        "DEFAULT_DENY" => "No rule said more, and the action is refused by default.",
        "RISK_STEP_UP" => "The score is so high that a person is asked.",
        "RISK_DENY" => "The score is so high that the action is refused.",
        "EVALUATION_ERROR" => "A rule could not be evaluated.",
        "FACT_UNAVAILABLE" => "The host could not say what a rule asked for.",
        "UNKNOWN_ACTION" => "The policy does not know the action.",
        "STRUCTURE_INVALID" => "The request is not as it should be.",
        "USER_REQUIRED" => "The person is to be asked, and the request names none.",
        "CURRENCY_MISMATCH" => "Amounts in two currencies were to be compared or added.",
        "EMPTY_COLLECTION" => "It was asked whether something holds for all of nothing.",
        _ => "",
    }
}

/// The records of the parts of every request, which policies may extend.
pub const ENVELOPE_RECORDS: [(&str, &str); 4] =
    [("Agent", "agent"), ("User", "user"), ("Mandate", "mandate"), ("Context", "context")];

/// What is looked at, at a stage.
pub fn stage(name: &str) -> &'static str {
    match name {
        "signature" => "Who signed the request, and whether that counts.",
        "expiry" => "Whether what allows it has run out.",
        "issuance" => "When, and by whom, it was issued.",
        "time_window" => "Whether this is the time for it.",
        "scope" => "Whether it is among what the agent may do at all.",
        "counterparty" => "With whom it is done.",
        "amount" => "How much it is.",
        "replay" => "Whether it was asked for before.",
        "freshness" => "Whether what it rests on is recent enough.",
        "policy" => "Everything else; rules that name no stage stand here.",
        "risk" => "What adds up to the score.",
        _ => "",
    }
}

/// What a word does, in an item of this kind.
fn about(word: &str, item: Option<Keyword>) -> &'static str {
    use Keyword as K;
    if let (Some(effect), Some(K::Framework)) = (legal_effect(word), item) {
        return effect;
    }
    match (word, item) {
        ("module", _) => "Names this file's module; the first line of a file.",
        ("layer", _) => {
            "Says for whom this module holds: everybody, a category of requests, a tier of agents, or one user."
        }
        ("import", _) => "Brings in the names and rules of a module.",
        ("use", _) => "Puts in force what a library module loosens, too.",
        ("tiers", _) => "Lists the tiers of agents, from the least trusted.",
        ("roles", _) => "Lists who can be asked.",
        ("escalate", _) => "Says who is asked where a `step_up` names nobody.",
        ("reasons", _) => "Lists reason codes, and what each means.",
        ("currency", _) => "Declares a currency that is not in ISO 4217, with its decimals.",
        ("enum", _) => "Declares a value that is one of a few words.",
        ("record", _) => "Declares values that belong together.",
        ("extend", _) => "Adds fields to a record of another module.",
        ("action", _) => "Declares something that an agent may ask to do.",
        ("event", _) => "Declares something that happens, and that rules can ask the past about.",
        ("normalize", _) => "Says which action the call of a tool is.",
        ("fact", _) => "Declares something that the host knows and a rule may ask for.",
        ("category", Some(K::Layer)) => "The layer of the requests of one category.",
        ("agent", Some(K::Layer)) => "The layer of the agents of one tier.",
        ("user", Some(K::Layer)) => "The layer of one person's agents.",
        ("base", Some(K::Layer)) => "The layer that holds for everybody.",
        ("observe", _) => "The layer does not count yet: what it would have decided is only told.",
        ("category", Some(K::Param)) => "Modules of a category may loosen it, within the range.",
        ("agent", Some(K::Param)) => "Modules of a tier may loosen it, within the range.",
        ("user", Some(K::Param)) => "Modules of a user may loosen it, within the range.",
        ("base", Some(K::Param)) => "The base may loosen it, within the range.",
        ("category", _) => "Declares which requests a layer is for.",
        ("calendar", _) => "Declares which days are holidays, and between which days that is known.",
        ("param", _) => "Declares a limit that layers may make stricter.",
        ("set", _) => {
            "Says another value of a parameter for this layer, or what happens to an action by default."
        }
        ("fn", _) => "Gives a name to a condition or a value.",
        ("rule", _) => "Declares what must hold of an action.",
        ("promise", _) => "Says what no layer may ever do to an action.",
        ("except", None) => "Lifts the soft statements of a rule for a while.",
        ("except", _) => "Takes actions out again that stand after `on`.",
        ("framework", _) => "Declares what rules cite: a law, a standard, a house rule.",
        ("fixture", _) => "Says what tests leave out.",
        ("example", _) => "Declares a request that tests begin with.",
        ("test", _) => "Says what must come of a request.",
        ("on", _) => "Says which actions the rule concerns.",
        ("at", Some(K::Rule)) => "Says at which stage the rule stands; without it, at `policy`.",
        ("at", Some(K::Test | K::Fixture)) => "Says when the request is made.",
        ("at", _) => "Says from which score on.",
        ("cites", _) => "Names the controls that the rule serves.",
        ("from", Some(K::Rule)) => "The first day on which the rule holds.",
        ("until", Some(K::Rule)) => "The last day on which the rule holds.",
        ("from", _) => "The first day.",
        ("until", _) => "The last day.",
        ("let", _) => "Gives a name to a value, for the statements after it.",
        ("when", Some(K::Param)) => "Says which value is stricter.",
        ("when", Some(K::Except)) => "Says for whom it holds, by what the host vouches for.",
        ("when", _) => "Says under which condition.",
        ("require", _) => "Refuses unless the condition holds: `require CONDITION else CODE`.",
        ("deny", Some(K::Rule)) => "Refuses where the condition holds: `deny when CONDITION as CODE`.",
        ("step_up", Some(K::Rule)) => "Asks a person first: `step_up when CONDITION to ROLE as CODE`.",
        ("risk", Some(K::Rule)) => "Adds points to the score: `risk +10 when CONDITION as CODE`.",
        ("risk", Some(K::Set)) => "Says from which score on a person is asked, or the action refused.",
        ("risk", _) => "Declares how flags and amplifiers make up the score: `risk model { … }`.",
        ("model", _) => "`risk model { … }`: how flags and amplifiers make up the score.",
        ("flag", _) => "Raises a flag, which adds to the score.",
        ("amplify", _) => "Raises an amplifier of the score.",
        ("oblige", _) => "Says what whoever acts must do afterwards.",
        ("deny", _) => "The action is refused.",
        ("step_up", _) => "A person is asked first.",
        ("allow", _) => "The action may happen.",
        ("observed", _) => "What the layers would have decided that are only observed.",
        ("obliged", _) => "What the caller must do; after `not`, that there is nothing to do.",
        ("expect", _) => "Says what must come of the request.",
        ("as", Some(K::Rule)) => "Names the reason code.",
        ("as", _) => "Says as which action, or as which type.",
        ("told", _) => "`told as CODE`: the agent is told another code.",
        ("to", Some(K::Except)) => "Names the rule.",
        ("to", Some(K::Param)) => "The other end of the range.",
        ("to", _) => "Says who is asked.",
        ("quorum", _) => "Says how many people must agree.",
        ("within", _) => "Says how long an answer is waited for.",
        ("other" | "than", _) => "`other than`: whose agreement does not count.",
        ("by", Some(K::Param)) => "Says which layers.",
        ("by", _) => "Says until when.",
        ("range", _) => "Between which values the parameter may be set.",
        ("stricter", _) => "Says which values are stricter; layers may only move that way.",
        ("fixed", _) => "No layer may change it.",
        ("loosen", _) => "Says which layers may loosen it, within the range.",
        ("lower", _) => "A smaller value is stricter.",
        ("higher", _) => "A greater value is stricter.",
        ("subset", _) => "Fewer elements are stricter: a list of what is allowed.",
        ("superset", _) => "More elements are stricter: a list of what is refused.",
        ("true", Some(K::Param)) => "Yes. After `stricter when`: yes is stricter.",
        ("false", Some(K::Param)) => "No. After `stricter when`: no is stricter.",
        ("flags", Some(K::Risk)) => "What each flag adds to the score.",
        ("flags", _) => "The flags that the action always has.",
        ("amplifiers", Some(K::Risk)) => "How much each amplifier counts.",
        ("amplifiers", _) => "How high each amplifier is for a request.",
        ("default", Some(K::Set)) => "Says what happens to an action at least.",
        ("default", _) => "What happens if no rule says more.",
        ("unbound", _) => "A field that an approval does not bind, and why.",
        ("because", _) => "Says why.",
        ("ignore", _) => "Members of the tool's input that are left aside.",
        ("given", _) => "The example that the test begins with.",
        ("tool", _) => "`given tool`: the call of a tool, as it comes in.",
        ("with", _) => "Changes a field, or says what a fact answers, or what a parameter is.",
        ("agent" | "user" | "mandate" | "context", _) => envelope(word).unwrap_or_default(),
        ("after", _) => "Requests that came before this one.",
        ("cases", _) => "Goes through values of a field, with what must come of each.",
        ("and", _) => "Both hold.",
        ("or", _) => "At least one holds.",
        ("not", _) => "It does not hold.",
        ("in", _) => "Is one of these, or lies between them: `in [a, b]`, `in 1..10`.",
        ("is", _) => "Asks whether something is there: `is present`, `is absent`, `is empty`.",
        ("present", _) => "It is there.",
        ("absent", _) => "It is not there.",
        ("empty", _) => "It has no elements.",
        ("if", _) => "One value or another: `if CONDITION then A else B`.",
        ("then", _) => "The value where the condition holds.",
        ("else", Some(K::Rule)) => "What is said where the condition does not hold.",
        ("else", _) => "The value where the condition does not hold.",
        ("true", _) => "Yes.",
        ("false", _) => "No.",
        ("otherwise", _) => "What it is where there is no value.",
        ("unless", _) => "Except where this holds.",
        ("div", _) => "Divides whole numbers and leaves the rest aside.",
        ("pii", _) => "It says something about a person; it does not get into messages.",
        ("secret", _) => "It is secret; it does not get into messages or explanations.",
        ("attested", _) => "Somebody other than the agent vouches for it.",
        ("signed", _) => "It may be below 0.",
        ("min", _) => "The least length, or number of elements.",
        ("max", _) => "The greatest length, or number of elements.",
        ("of", _) => "Of which actions.",
        ("per", _) => "Counted apart for each value of a field: `per agent.id`.",
        ("over", _) => "How far back: `over 24h`, `over 7 days in UTC`.",
        ("where", _) => "Only those of which this holds.",
        ("since", _) => "Only those since something happened: `since latest executed ACTION, at most 90d`.",
        ("most", _) => "`at most`: how far back at the most.",
        ("latest", _) => "The last one.",
        ("attempted", _) => "Those that were asked for, whatever came of it.",
        ("allowed", _) => "Those that were allowed.",
        ("executed", _) => "Those that were done.",
        ("UTC", _) => "Days as they are counted in UTC.",
        ("expires", _) => "The last day of the exception.",
        ("granted_by", _) => "Who granted it.",
        ("weekend", _) => "The days of the week on which nobody works.",
        ("source", _) => "Where the control is written down.",
        ("edition", _) => "Which of several texts of that name it is.",
        ("effect", _) => "What the text does to whoever falls under it, such as `duty` or `prohibition`.",
        ("jurisdiction", _) => "Where it applies: `\"US\"`, `\"US-NY\"`, `\"EU\"`.",
        ("superseded_by", _) => "Which control is cited in its place.",
        ("verified", _) => "On which day somebody checked that.",
        ("unverified", _) => "Nobody has checked that yet.",
        ("never", _) => "`is never refused`, or `is never held`.",
        ("refused", _) => "No layer may refuse it.",
        ("held", _) => "No layer may refuse it or ask a person first.",
        (day, _) if WEEKDAYS.contains(&day) => "A day of the week on which nobody works.",
        _ => "",
    }
}

/// What a text of this effect does to whoever falls under it.
pub fn legal_effect(word: &str) -> Option<&'static str> {
    Some(match word {
        "prohibition" => "The text forbids the act.",
        "duty" => "The text orders an act, often by a certain time.",
        "presumption" => {
            "Crossing the line is presumed to be unlawful, and staying inside to be lawful; either can be rebutted."
        }
        "safe_harbor" => "Following it protects; not following it is no breach by itself.",
        "supervisory" => "What examiners expect, or guidance. It is no law.",
        "contract" => "It binds by a contract, such as the rules of a network.",
        "model" => "A model text: law only where somebody has adopted it.",
        "voluntary" => "A framework that an organisation chooses to follow.",
        "pending" => "Adopted, and not applicable yet; `from` says when it is.",
        "repealed" => "Dead, and kept to explain old records; `until` says to which day it was in force.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{about, stage};
    use lictor_grammar::keywords::{ITEMS, Keyword, STAGES};

    #[test]
    fn something_is_told_of_every_word() {
        for word in Keyword::ALL {
            for item in ITEMS {
                assert!(!about(word.text(), Some(*item)).is_empty(), "{word:?} in {item:?}");
            }
        }
        for word in STAGES.iter().skip(2) {
            assert!(!stage(word).is_empty(), "{word}");
        }
    }
}
