//! What names, functions and methods of other languages are called here, or what is written in their place.

use lictor_grammar::ast::{self, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Checker;

/// What to do, and the word that does it where that is certain.
type Habit = (&'static str, Option<&'static str>);

/// What to write for a name that other languages have everywhere.
pub(super) fn name(name: &str) -> Option<&'static str> {
    Some(match name {
        "input" | "request" | "req" | "params" | "args" | "payload" | "this" | "self" | "data" => {
            "the fields of the action stand alone: `amount`, not `input.amount`"
        }
        "principal" | "subject" | "caller" | "actor" => "who acts is `agent`, and for whom `user`",
        "resource" | "object" => {
            "what is done with what, is said by the fields of the action; they stand alone"
        }
        "action" => "which actions a rule concerns is said by its `on`",
        "None" | "null" | "NULL" | "nil" | "undefined" => {
            "whether a value is there is asked: `x is absent`, `x is present`"
        }
        "now" | "NOW" | "today" | "yesterday" | "tomorrow" | "CURRENT_DATE" | "CURRENT_TIMESTAMP"
        | "datetime" | "time" => {
            "the moment of the request is `context.now`, and its day `date(context.now, \"Europe/Berlin\")`"
        }
        "Math" | "math" => "choose between two values: `if a < b then a else b`",
        "regex" | "re" | "glob" => "ask the text: `x.matches(r\"…\")`",
        "_" => "what is asked of each has a name: `any(x in xs: …)`, `all(x in xs: …)`",
        _ => return None,
    })
}

/// What to write for a function of other languages.
pub(super) fn function(name: &str) -> Option<Habit> {
    let lower = name.to_ascii_lowercase();
    let help = match lower.as_str() {
        "now" | "today" | "current_date" | "current_timestamp" | "getdate" | "sysdate" => {
            "the moment of the request is `context.now`, and its day `date(context.now, \"Europe/Berlin\")`"
        }
        "year" | "month" | "day" | "quarter" => {
            "ask whether the day is within dates: `date(context.now, \"UTC\") in 2026-12-01..=2026-12-31`"
        }
        "hour" | "minute" | "time" | "clock" => {
            "ask what the clock shows: `time_of_day(context.now, \"Europe/Berlin\") in 09:00..17:00`"
        }
        "len" | "length" | "char_length" => {
            "`size(xs)` is how many there are; how long a text may be is said where it is declared: `String max 100`"
        }
        "count" if name != "count" => return Some(("`size(xs)` is how many there are", Some("size"))),
        "sum" if name != "sum" => return Some(("write `sum(x in xs: x.price)`", None)),
        "min" | "max" | "abs" | "greatest" | "least" => "choose between two values: `if a < b then a else b`",
        "round" | "floor" | "ceil" | "trunc" => "`a div b` is a whole number; nothing else is rounded",
        "lower" | "upper" | "lowercase" | "uppercase" => "write `x.lower_ascii()`",
        "contains" | "includes" => {
            "it stands behind the text: `x.contains(\"…\")`; for a list write `y in xs`"
        }
        "starts_with" | "startswith" | "begins_with" => "it stands behind the text: `x.starts_with(\"…\")`",
        "ends_with" | "endswith" => "it stands behind the text: `x.ends_with(\"…\")`",
        "matches" | "like" | "regexp" => "it stands behind the text: `x.matches(r\"…\")`",
        "exists" | "is_present" | "is_null" | "isnull" | "is_none" | "defined" | "has" => {
            "write `x is present`, or `x is absent`"
        }
        "coalesce" | "ifnull" | "nvl" => "write `x otherwise …`, with what serves where `x` is absent",
        "if" | "iif" => "write `if … then … else …`",
        "and" | "or" => "it stands between two conditions: `a and b`, `a or b`",
        "int" | "float" | "str" | "bool" | "string" | "number" | "decimal" | "to_number" | "to_string"
        | "parse_int" => {
            "a value has the type that its field is declared with, and a number stands without quotes: `0.5`"
        }
        "range" => "write `x in 1..=10`: from 1 to 10, both of them included",
        "isinstance" | "typeof" | "type" => {
            "a field has the type that it is declared with: remove the question"
        }
        "ip" | "cidr" => "an address stands between quotes: `x in \"10.0.0.0/8\"`",
        _ => return None,
    };
    Some((help, None))
}

/// What to write for a method of other languages.
pub(super) fn method(name: &str) -> Option<Habit> {
    let help = match name {
        "startswith" | "startsWith" | "begins_with" | "beginsWith" | "hasPrefix" => {
            return Some(("write `x.starts_with(\"…\")`", Some("starts_with")));
        }
        "endswith" | "endsWith" | "hasSuffix" => {
            return Some(("write `x.ends_with(\"…\")`", Some("ends_with")));
        }
        "lower" | "toLowerCase" | "lowercase" | "casefold" => {
            return Some(("write `x.lower_ascii()`", Some("lower_ascii")));
        }
        "upper" | "toUpperCase" | "uppercase" => "compare in small letters: `x.lower_ascii()`",
        "includes" | "include" | "has" | "indexOf" => {
            "write `x.contains(\"…\")` for a text, and `y in xs` for a list"
        }
        "containsAny" | "contains_any" => "write `any(x in xs: x in ys)`",
        "containsAll" | "contains_all" => "write `all(y in ys: y in xs)`",
        "some" | "any" | "find" => "write `any(x in xs: …)`",
        "every" | "all" => "write `all(x in xs: …)`",
        "filter" | "map" | "forEach" | "reduce" => {
            "what is asked of each stands behind a `:`: `any(x in xs: …)`, `count(x in xs: …)`, `sum(x in xs: …)`"
        }
        "length" | "size" | "len" | "count" => "how many there are is `size(xs)`",
        "isEmpty" | "is_empty" | "empty" => "write `xs is empty`",
        "get" => "write `xs[key] otherwise …`, with what serves where there is nothing",
        "isPresent" | "is_present" | "isDefined" | "exists" => "write `x is present`",
        "equals" | "eq" | "equal" => "write `==`",
        "greaterThan" | "gt" | "greaterThanOrEqual" => "write `>`, or `>=` if it may be equal",
        "lessThan" | "lt" | "lessThanOrEqual" => "write `<`, or `<=` if it may be equal",
        "isInRange" | "isIn" => "write `x in \"10.0.0.0/8\"`",
        "strip" | "trim" => {
            "a text is compared as it was sent; what form it must have is asked by `x.matches(r\"…\")`"
        }
        "split" | "replace" | "substring" | "slice" | "substr" => {
            "texts are not taken apart; what form one has is asked by `x.matches(r\"…\")`"
        }
        "test" | "match" | "search" => "write `x.matches(r\"…\")`",
        "weekday" | "isoweekday" | "getDay" => "write `weekday(context.now, \"Europe/Berlin\")`",
        "now" | "utcnow" | "now_ns" | "today" => "the moment of the request is `context.now`",
        _ => return None,
    };
    Some((help, None))
}

/// What to write for a field that other languages have on every value of a kind.
pub(super) fn field(name: &str) -> Option<&'static str> {
    Some(match name {
        "length" | "size" | "count" => {
            "how many there are is `size(xs)`; how long a text may be is said where it is declared: `String max 100`"
        }
        "year" | "month" | "day" | "weekday" => {
            "ask whether the day is within dates: `in 2026-12-01..=2026-12-31`; its day of the week is `weekday(t, \"UTC\")`"
        }
        _ => return None,
    })
}

/// A mistake, with what to do about it and, where it is certain, the word that does it.
pub(super) fn told(error: Diagnostic, (help, instead): Habit) -> Diagnostic {
    let place = error.span();
    match instead {
        Some(word) => error.help(help).fix(place, word),
        None => error.help(help),
    }
}

impl Checker<'_, '_> {
    /// `input.amount`, `Channel.web`, `context.amount`: a name that is known, behind one that does not lead to it.
    pub(super) fn led_to(&self, of: &ast::Expr, name: &Name, span: Span) -> Option<Diagnostic> {
        let ast::ExprKind::Name(root) = &of.kind else { return None };
        let alone = format!("write `{}`", name.text);
        if self.scope.roots.common.iter().any(|(known, _)| *known == name.text) {
            let of_action = self::name(root).is_some() && self.shapeless(of) || root == "context";
            let message = format!("`{}` is a field of the action, and stands alone", name.text);
            return of_action
                .then(|| Diagnostic::error("E0208", span, message).help(alone).fix(span, &name.text));
        }
        let schema = &self.declared.schema;
        let declared =
            schema.enums.iter().find(|declared| declared.name == *root).filter(|_| self.shapeless(of))?;
        let value = declared.values.iter().find(|value| value.eq_ignore_ascii_case(&name.text))?;
        let error = Diagnostic::error("E0208", span, format!("a word of `{root}` stands alone"));
        Some(error.help(format!("write `{value}`")).fix(span, value))
    }
}
