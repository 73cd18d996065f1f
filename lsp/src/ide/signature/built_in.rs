//! The functions of the language's own: what each takes, gives, and is for.

/// A function of the language's own.
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// What it takes, as it is shown.
    pub takes: &'static [&'static str],
    /// What stands between that.
    pub between: &'static str,
    /// What it gives.
    pub gives: &'static str,
    /// What it is for.
    pub about: &'static str,
}

const fn function(
    name: &'static str,
    takes: &'static [&'static str],
    gives: &'static str,
    about: &'static str,
) -> BuiltIn {
    BuiltIn { name, takes, between: ", ", gives, about }
}

const fn quantifier(
    name: &'static str,
    takes: &'static [&'static str],
    gives: &'static str,
    about: &'static str,
) -> BuiltIn {
    BuiltIn { name, takes, between: ": ", gives, about }
}

/// Those that stand by themselves. Of one name, those that take less come first.
#[rustfmt::skip] // A table is read by its columns.
pub const FUNCTIONS: &[BuiltIn] = &[
    function("size", &["collection"], "Int", "How many elements a list, a set or a map has."),
    quantifier("all", &["x in collection", "condition"], "Bool", "Whether the condition holds for every element. Over nothing it refuses, unless it is known that there is something."),
    quantifier("any", &["x in collection", "condition"], "Bool", "Whether the condition holds for at least one element."),
    quantifier("count", &["x in collection", "condition"], "Int", "For how many elements the condition holds."),
    quantifier("sum", &["x in collection", "value"], "Int, Decimal, Money or Duration", "The sum of a value that is taken from each element."),
    function("date", &["moment: Timestamp", "zone: TimeZone"], "Date", "The day that the calendar shows at a moment in a time zone."),
    function("time_of_day", &["moment: Timestamp", "zone: TimeZone"], "TimeOfDay", "What the clock shows at a moment in a time zone."),
    function("weekday", &["day: Date"], "Weekday", "The day of the week of a date."),
    function("weekday", &["moment: Timestamp", "zone: TimeZone"], "Weekday", "The day of the week at a moment in a time zone."),
    function("business_days", &["after: Date", "until: Date", "calendar"], "Int", "How many working days lie after the first date, up to the second. The second counts, the first does not."),
    function("add_business_days", &["day: Date", "number: Int", "calendar"], "Date", "The working day so many working days after a date."),
    function("times", &["STATE ACTIONS [per KEYS] over WINDOW [where CONDITION]"], "Int", "How many such actions there were before: `times(allowed office.order per agent.id over 1h)`."),
    function("total", &["FIELD of STATE ACTIONS [per KEYS] over WINDOW in CURRENCY [where CONDITION]"], "Money", "The sum of an amount over such actions before: `total(total of executed office.order per agent.id over 1 day in UTC in USD)`."),
    function("distinct", &["FIELD of STATE ACTIONS [per KEYS] over WINDOW [where CONDITION]"], "Int", "How many different values a field had in such actions before."),
    function("latest", &["STATE ACTIONS [per KEYS] over WINDOW [where CONDITION]"], "Timestamp?", "When the last such action before was; absent where there was none."),
    function("file", &["\"NAME\""], "values", "The lines of a file beside the module, a value each. What follows `#` is a comment."),
    function("money", &["amount", "currency"], "Money", "An amount that a tool is sent in two members, or with a currency in quotes."),
    function("money", &["amount", "currency", "times"], "Money", "The same so many times: a price, and how many pieces."),
    function("money_minor", &["amount", "currency"], "Money", "The same, where the amount is in cents."),
    function("digest", &["member"], "Digest", "The SHA-256 of a text that a tool is sent."),
];

/// Those that are asked of a text.
#[rustfmt::skip]
pub const METHODS: &[BuiltIn] = &[
    function("starts_with", &["part: String"], "Bool", "Whether the text begins with these characters."),
    function("ends_with", &["part: String"], "Bool", "Whether the text ends with these characters."),
    function("contains", &["part: String"], "Bool", "Whether these characters stand somewhere in the text."),
    function("matches", &["pattern"], "Bool", "Whether the pattern describes the whole text: `r\"[A-Z]{2}-[0-9]+\"`."),
    function("lower_ascii", &[], "String", "The text with `A` to `Z` in small letters."),
];
