//! What to do about the mistakes that people make most.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::forms;
use crate::habits;
use crate::keywords::Keyword;
use crate::lex::TokenKind::{self, Comma};
use crate::span::Span;
use crate::suggest::{closest, closest_short};
use crate::terminal::Terminal;
use crate::words::Stumble;

/// A diagnostic of its own for a mistake that has a better name than "unexpected".
pub(crate) fn special(stumble: &Stumble) -> Option<Diagnostic> {
    let found = stumble.found?;
    habits::special(stumble, found)
        .or_else(|| misspelled_before(stumble, found))
        .or_else(|| misspelled(stumble, found))
        .or_else(|| reserved(stumble, found))
        .or_else(|| misspelled_mark(stumble, found))
        .or_else(|| field(stumble, found))
        .or_else(|| comparison(stumble, found))
        .or_else(|| of_for_in(stumble, found))
        .or_else(|| mapped(stumble, found))
}

/// `item: input.item as String`: in a normalizer a field comes from something, and is no entry.
fn mapped(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let is_colon = found == Terminal::Sign(TokenKind::Colon);
    if stumble.item != Keyword::Normalize || !is_colon || !stumble.expected.has("=") {
        return None;
    }
    let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, "expected `=`, but found `:`");
    Some(error.help("write `=` between a field and what it comes from").fix(stumble.span, " ="))
}

/// `any(x of xs: …)`: the word that names a field of past actions, where a quantifier wants `in`.
fn of_for_in(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    if found != Terminal::Sign(TokenKind::Colon) {
        return None;
    }
    let open = Terminal::Sign(TokenKind::LeftParen);
    let within = stumble.before.iter().rev().take_while(|(_, terminal, _)| *terminal != open);
    let &(start, _, end) =
        within.into_iter().find(|(_, terminal, _)| *terminal == Terminal::Key(Keyword::Of))?;
    let span = Span::new(stumble.span.file, start as u32, end as u32);
    let error = Diagnostic::error(codes::UNEXPECTED, span, "expected `in`, but found `of`");
    Some(error.help("write `in`: `any(x in xs: …)`"))
}

/// `total(price o allowed …)`, `any(line n lines: …)`: two names in parentheses begin a question about the past, so that the parser only
/// stumbles over the third.
fn misspelled_before(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let (Terminal::Name(word), Some(Terminal::Name(before))) = (found, stumble.last(0)) else { return None };
    let names = stumble.before.iter().rev().skip(1).skip_while(|(_, terminal, _)| {
        matches!(terminal, Terminal::Name(_) | Terminal::Sign(TokenKind::Dot))
    });
    let mut names = names.map(|&(_, terminal, _)| terminal);
    let (Some(Terminal::Sign(TokenKind::LeftParen)), Some(Terminal::Name(called))) =
        (names.next(), names.next())
    else {
        return None;
    };
    let meant = match called {
        "any" | "all" | "count" | "sum" => "in",
        _ if ["attempted", "allowed", "executed"].contains(&word) => "of",
        _ => return None,
    };
    let near = closest_short(before, word, [meant])?;
    let message = format!("`{before}` is not a word of the language here");
    Some(Diagnostic::error(codes::UNEXPECTED, stumble.last_span()?, message).did_you_mean(near))
}

/// A name that is nearly a word of the language which could stand there.
fn misspelled(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let Terminal::Name(word) = found else { return None };
    // What has a `:` behind it is a field.
    let is_field = stumble.expected.has("LabelText") && behind(stumble).trim_start().starts_with(':');
    if stumble.expected.value() || is_field {
        return None;
    }
    // When the parser sees that a word cannot follow, it may have taken the value before it for complete, and wait for no operator.
    let complete = stumble.last(0).is_some_and(Terminal::ends_operand) && !stumble.expected.has("BodyOpen");
    let operators = ["in", "is", "of", "and", "or", "not"].into_iter().filter(move |_| complete);
    // Of equally near words the last counts: what could stand there.
    let known = || operators.clone().chain(stumble.expected.keywords());
    let near = closest(word, known()).or_else(|| closest_short(word, behind(stumble), known()));
    let near = near.filter(|&near| near != word)?;
    let message = format!("`{word}` is not a word of the language here");
    let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, message);
    Some(error.did_you_mean(near))
}

/// The text behind the mistake.
fn behind<'s>(stumble: &Stumble<'s, '_>) -> &'s str {
    stumble.source.get(stumble.span.end as usize..).unwrap_or_default()
}

/// A reserved word where a name is needed.
fn reserved(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let Terminal::Key(keyword) = found else { return None };
    // Behind a type a mark is not meant as a name.
    let behind_type = stumble.expected.has("?");
    if stumble.item == Keyword::Promise
        || !keyword.is_reserved()
        // What goes on with a statement is not meant as a name: one is missing before it.
        || matches!(keyword, Keyword::As | Keyword::Else | Keyword::Then)
            && stumble.item == Keyword::Rule
            && stumble.before.iter().any(|(_, terminal, _)| *terminal == Terminal::BodyOpen)
            && stumble.last(0) != Some(Terminal::Key(Keyword::Let))
        || !stumble.expected.name()
        || stumble.expected.has(keyword.text())
        || behind_type
    {
        return None;
    }
    Some(reserved_word(keyword.text(), stumble.span))
}

/// The error for a reserved word where a name is needed.
pub(crate) fn reserved_word(word: &str, span: Span) -> Diagnostic {
    let message = format!("`{word}` is a reserved word and cannot be a name");
    let help = format!("choose another name, such as `{word}_`");
    Diagnostic::error(codes::RESERVED_WORD, span, message).help(help)
}

/// A mark that is misspelled is read as the type, and the type as the next field.
fn misspelled_mark(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let (Terminal::Name(_), Some(Terminal::Name(word))) = (found, stumble.last(0)) else { return None };
    if stumble.starts_line || !stumble.expected.has("?") {
        return None;
    }
    let marks = [Keyword::Pii, Keyword::Secret, Keyword::Attested, Keyword::Signed];
    let near = closest(word, marks.map(Keyword::text))?;
    let message = format!("`{word}` is not a word of the language here");
    Some(Diagnostic::error(codes::UNEXPECTED, stumble.last_span()?, message).did_you_mean(near))
}

/// A field without its `:`, or without the comma before it.
fn field(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let Terminal::Name(word) = found else { return None };
    if !stumble.expected.has("LabelText") {
        return None;
    }
    let behind = stumble.source.get(stumble.span.end as usize..).unwrap_or_default();
    let clause = Keyword::from_text(word).filter(|word| stumble.item.starters().contains(word));
    if let (Some(_), Some(Terminal::Sign(Comma)), Some(at)) = (clause, stumble.last(0), stumble.last_span()) {
        let error = Diagnostic::error(codes::UNEXPECTED, at, format!("no comma stands before `{word}`"));
        return Some(error.help("remove the comma; a blank or a new line is enough").fix(at, ""));
    }
    if let Some(mended) = optional(stumble, behind).or_else(|| type_first(stumble, word, behind)) {
        return Some(mended);
    }
    let message = if behind.trim_start().starts_with(':') {
        format!("a comma is missing before `{word}`")
    } else {
        format!("expected a field such as `name: …`, but `{word}` has no `:` behind it")
    };
    let ends_type = stumble.expected.has("?");
    let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, message);
    Some(match word {
        "optional" | "nullable" if ends_type => {
            error.help("what may be left out has a `?` behind its type: `String?`")
        }
        "required" | "mandatory" if ends_type => {
            error.help("remove it; a field must be there unless its type has a `?`").fix(stumble.span, "")
        }
        _ if stumble.expected.has(",") => error.help("entries are separated by a comma or by a new line"),
        _ if stumble.item == Keyword::Example || stumble.item == Keyword::Test => {
            error.help("a field is a name, a `:` and its value: `pieces: 3`")
        }
        _ => error.help("a field is a name, a `:` and its type: `pieces: Int`"),
    })
}

/// `rating?: Decimal`
fn optional(stumble: &Stumble, behind: &str) -> Option<Diagnostic> {
    let ty = behind.strip_prefix("?:")?;
    let length = ty.find(['\n', ',', '}', '/']).unwrap_or(ty.len());
    let ty = ty.get(..length)?;
    let from = stumble.span.end;
    let whole = from + 2 + ty.trim_end().len() as u32;
    let error = Diagnostic::error(
        codes::UNEXPECTED,
        Span::new(stumble.span.file, stumble.span.start, from + 1),
        "the `?` stands behind the type",
    );
    let mended = format!(": {}?", ty.trim());
    Some(
        error
            .help(format!("write `{}{mended}`", stumble.text))
            .fix(Span::new(stumble.span.file, from, whole), mended),
    )
}

/// `String id`
fn type_first(stumble: &Stumble, word: &str, behind: &str) -> Option<Diagnostic> {
    let name: String = behind
        .trim_start_matches(' ')
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let is_type =
        word.starts_with(|c: char| c.is_ascii_uppercase()) && word.bytes().any(|b| b.is_ascii_lowercase());
    let rest = behind.get(blanks + name.len()..)?.trim_start_matches([' ', '\t', '\r']);
    let ends = rest.is_empty() || rest.starts_with(['\n', ',', '}']);
    if !is_type || blanks == 0 || !ends || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let span =
        Span::new(stumble.span.file, stumble.span.start, stumble.span.end + (blanks + name.len()) as u32);
    let error = Diagnostic::error(codes::UNEXPECTED, span, "the name of a field stands before its type");
    Some(error.help(format!("write `{name}: {word}`")).fix(span, format!("{name}: {word}")))
}

/// `=` for `==`, and comparisons in a row.
fn comparison(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    use TokenKind::*;
    let Terminal::Sign(sign) = found else { return None };
    if sign == Equal && stumble.expected.has("==") {
        let error = Diagnostic::error(codes::FOREIGN_NOTATION, stumble.span, "`=` compares nothing");
        let error = error.help("write `==` to compare; `=` gives a name to a value");
        return Some(error.fix(stumble.span, "=="));
    }
    let compares = matches!(sign, EqualEqual | NotEqual | Less | LessEqual | Greater | GreaterEqual);
    if compares && stumble.expected.has("and") && !stumble.expected.has("==") {
        let message = "comparisons do not follow each other";
        let help = "write two and join them: `0 < x and x < 10`, or ask for a range: `x in 0..10`";
        return Some(Diagnostic::error(codes::UNEXPECTED, stumble.span, message).help(help));
    }
    None
}

/// What to do about a mistake that has no better name.
pub(crate) fn help(stumble: &Stumble) -> Option<String> {
    let expected = &stumble.expected;
    let found = stumble.found;
    let last = stumble.last(0);
    if let Some(help) = habits::help(stumble) {
        return Some(help.to_string());
    }
    let help = match (found, last) {
        (_, Some(Terminal::Key(Keyword::Told))) => "write `CODE told as OTHER`",
        (Some(Terminal::Key(Keyword::As)), _) if stumble.last(1) == Some(Terminal::Key(Keyword::Flag)) => {
            "a flag gives no reason code: leave `as` out"
        }
        (Some(Terminal::Key(Keyword::When) | Terminal::WhenBlock), Some(Terminal::Name(_)))
            if stumble.last(1) == Some(Terminal::Key(Keyword::As)) =>
        {
            "the condition stands before the code: `deny when … as CODE`"
        }
        _ if expected.has("else") && forms::in_choice(stumble) => "an `if` has both: `if … then … else …`",
        _ if expected.has("then") => "an `if` has both: `if … then … else …`",
        (Some(Terminal::Key(Keyword::Unless)), Some(Terminal::Key(Keyword::Deny | Keyword::StepUp))) => {
            "write `deny when not (…) as CODE`, or `require … else CODE`"
        }
        _ if expected.has(":") && expected.has("of") => {
            "write a `:` before what is asked of each: `any(x in xs: …)`"
        }
        (Some(Terminal::Number(_)), _) if stumble.item == Keyword::Param && expected.operator() => {
            "values and ranges of several currencies are separated by commas: `range 0 USD to 9 USD, 0 EUR to 9 EUR`"
        }
        // Two values side by side: what is missing is between them.
        (Some(found), Some(last))
            if expected.operator()
                && found.begins_operand()
                && last.ends_operand()
                && Keyword::from_text(stumble.text).is_none_or(Keyword::is_reserved) =>
        {
            "put a sign between the two, such as `==` or `<`; two conditions are joined by `and` or `or`"
        }
        _ if (expected.has("as") || expected.has("else")) && forms::verb(stumble).is_some() => {
            return ends_in_code(stumble);
        }
        (Some(Terminal::Key(Keyword::Pii | Keyword::Secret | Keyword::Attested | Keyword::Signed)), _) => {
            "marks stand before the type: `pii String`"
        }
        (Some(Terminal::Name(_)), Some(Terminal::Name(_))) if expected.line() && expected.has("told") => {
            "a message is one text between double quotes, and shows values in braces: `\"{amount} is too much\"`"
        }
        (Some(Terminal::Name(_)), _) if expected.has("StringText") && !expected.value() => {
            "put the text between double quotes"
        }
        (_, Some(Terminal::Sign(TokenKind::Comma))) if expected.value() || expected.name() => {
            "a list without brackets does not end in a comma"
        }
        (Some(Terminal::Sign(TokenKind::Question)), _) => "a choice is written `if … then … else …`",
        (Some(Terminal::String(_)), Some(Terminal::Key(Keyword::Else | Keyword::As))) => {
            "the reason code comes first: `else CODE \"…\"`"
        }
        (Some(Terminal::Sign(TokenKind::LeftBracket)), _) if expected.has("?") => {
            "what a list holds stands between angle brackets: `List<String>`"
        }
        (Some(Terminal::String(_)), _) if expected.name() && !expected.has("StringText") => {
            "names stand without quotes"
        }
        _ if stumble.item == Keyword::Layer => "a user's id stands between quotes: `layer user \"u-4711\"`",
        (Some(Terminal::Sign(TokenKind::Minus)), _) if stumble.item == Keyword::Risk => {
            "a weight is a number from 0 to 100: nothing lowers a score"
        }
        _ if stumble.item == Keyword::Promise => {
            "write `promise ACTION is never refused`, or `promise ACTION is never held`"
        }
        (Some(Terminal::Key(keyword)), Some(Terminal::BodyClose)) if keyword.begins_item() => {
            "begin a new line with it: every item begins in column 1"
        }
        (_, Some(Terminal::BodyClose)) => "the item ends at its `}`: remove that, or what stands behind it",
        (Some(Terminal::Key(keyword)), _)
            if keyword.begins_item() && !expected.has(keyword.text()) && expected.is_empty() =>
        {
            "an item begins in column 1, on a line of its own"
        }
        (_, Some(Terminal::Key(Keyword::When))) if stumble.item == Keyword::Param => {
            crate::suggest::DIRECTIONS
        }
        (_, Some(Terminal::Key(Keyword::As | Keyword::Else)))
            if stumble.item == Keyword::Rule && expected.name() =>
        {
            return forms::form(stumble)
                .map(|form| format!("name the reason code there, in capitals: `{form}`"));
        }
        (_, Some(Terminal::Key(Keyword::To))) if expected.name() => "name the role that is asked: `to ROLE`",
        (_, Some(Terminal::Key(Keyword::Quorum))) => "write how many must approve: `quorum 2`",
        (_, Some(Terminal::Key(Keyword::Is))) => "ask `is present`, `is absent` or `is empty`",
        (_, Some(Terminal::Key(Keyword::Given))) => {
            "name the example that the test begins with: `given NAME`"
        }
        (_, Some(Terminal::Key(Keyword::Expect))) => {
            "write what must come of it: `expect allow`, `expect step_up CODE` or `expect deny CODE`"
        }
        _ if expected.has("->") && found != Some(Terminal::Sign(TokenKind::Colon)) => {
            "say what it gives: `-> Bool`"
        }
        _ if expected.has("over") && stumble.item == Keyword::Test => {
            "say how long before: `after 3 allowed NAME over 30m`"
        }
        _ if expected.has("as") && stumble.item == Keyword::Normalize => {
            "say which action the tool is: `normalize \"SERVER/TOOL\" as ACTION { … }`"
        }
        _ if expected.has("=") && stumble.item == Keyword::Param => {
            "a parameter has a value: `param NAME: Type = …`"
        }
        _ if expected.has("because") && stumble.item == Keyword::Action => {
            "an unbound field says why: `unbound note because \"…\"`"
        }
        _ if expected.has("by") => "write `loosen by category`",
        _ => return None,
    };
    Some(help.to_string())
}

/// How the statement ends that should have ended by now.
fn ends_in_code(stumble: &Stumble) -> Option<String> {
    let (verb, form) = (forms::verb(stumble)?.text(), forms::form(stumble)?);
    let article = if verb.starts_with('o') { "an" } else { "a" };
    Some(format!("{article} `{verb}` ends in a reason code: `{form}`"))
}
