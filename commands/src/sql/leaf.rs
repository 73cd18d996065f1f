//! A single comparison: whether it chooses rows.

use super::condition;
use super::level::Level;
use super::lexer::Token;
use super::segment;

/// What compares, as a sign or a word.
const SIGNS: [&str; 21] = [
    "=", "==", "<>", "!=", "<", "<=", ">", ">=", "<=>", "~", "~*", "!~", "!~*", "@>", "<@", "&&", "|", "&",
    "^", "!", "other",
];
const WORDS: [&str; 16] = [
    "IN", "LIKE", "ILIKE", "BETWEEN", "IS", "REGEXP", "RLIKE", "GLOB", "SIMILAR", "EXISTS", "MATCH",
    "ISNULL", "NOTNULL", "OVERLAPS", "SOUNDS", "CASE",
];
/// Functions that say the same of a column in another form.
const FORMS: [&str; 12] = [
    "lower",
    "upper",
    "trim",
    "date",
    "cast",
    "date_trunc",
    "year",
    "month",
    "json_extract",
    "extract",
    "to_char",
    "substr",
];

/// Whether exactly one comparison stands here, of a column with a value that leaves rows out.
pub(super) fn narrows(level: &Level<'_>, from: usize, to: usize, depth: usize) -> bool {
    let compares = |here: &usize| {
        level
            .get(*here)
            .is_some_and(|token| SIGNS.iter().any(|sign| token.is_sign(sign)) || token.is_any(&WORDS))
    };
    let mut found = level.flat(from, to).filter(compares);
    let (Some(at), None) = (found.next(), found.next()) else {
        // `NOT archived`
        let not = level.get(from).is_some_and(|token| token.is("NOT"));
        return not && found_none(level, from, to, compares) && column(level, from + 1, to).is_some();
    };
    let negated = level.before(at).is_some_and(|token| token.is("NOT")) && at > from;
    if negated || level.get(from).is_some_and(|token| token.is("NOT")) {
        return false;
    }
    let left = column(level, from, at);
    let right = column(level, at + 1, to);
    let Some(token) = level.get(at) else { return false };
    match token {
        Token::Sign("=" | "==" | "<=>") => {
            left.is_some()
                && (right.is_none() || right != left && quoted(level, at + 1, to))
                && value(level, at + 1, to, depth)
                || right.is_some() && left.is_none() && value(level, from, at, depth)
        }
        Token::Sign(sign @ ("<" | "<=" | ">" | ">=")) => {
            let less = sign.starts_with('<');
            left.is_some() && value(level, at + 1, to, depth) && !wide(level, at + 1, to, less)
                || right.is_some() && value(level, from, at, depth) && !wide(level, from, at, !less)
        }
        token if token.is("IN") => left.is_some() && chosen(level, at + 1, to, depth),
        token if token.is_any(&["LIKE", "ILIKE", "GLOB"]) => left.is_some() && pattern(level, at + 1, to),
        token if token.is("BETWEEN") => {
            let and =
                level.flat(at + 1, to).find(|here| level.get(*here).is_some_and(|token| token.is("AND")));
            let Some(and) = and else { return false };
            left.is_some()
                && value(level, at + 1, and, depth)
                && value(level, and + 1, to, depth)
                && !(wide(level, at + 1, and, false) && wide(level, and + 1, to, true))
        }
        token if token.is("IS") => left.is_some() && is(level, at + 1, to, depth),
        _ => false,
    }
}

fn found_none(level: &Level<'_>, from: usize, to: usize, compares: impl Fn(&usize) -> bool) -> bool {
    level.flat(from, to).find(compares).is_none()
}

/// The last part of a column's name, where nothing else stands here than a column: `t.name`, `lower(name)`, `data ->> 'name'`.
pub(super) fn column(level: &Level<'_>, from: usize, to: usize) -> Option<String> {
    if from >= to {
        return None;
    }
    if level.get(from)?.is_sign("(") && level.close(from) + 1 == to {
        return column(level, from + 1, (from + 3).min(to - 1)).filter(|_| to - from <= 5);
    }
    let (path, behind) = level.path(from)?;
    let name = path.rsplit('.').next().unwrap_or_default().to_owned();
    if level.get(behind).is_some_and(|token| token.is_sign("(")) {
        let inside = (behind + 1..level.close(behind)).find_map(|here| {
            let token = level.get(here)?;
            let constant = token.is_any(&["AS", "FROM", "YEAR", "MONTH", "DAY"]);
            token.name().filter(|_| !constant).map(str::to_lowercase)
        });
        return inside.filter(|_| level.close(behind) + 1 == to && FORMS.contains(&name.as_str()));
    }
    if matches!(level.get(from), Some(Token::Word(_))) && behind == from + 1 && constant(level, from) {
        return None;
    }
    let rest = behind..to;
    let steps = |here: usize| {
        level.get(here).is_some_and(|token| {
            ["->", "->>", "#>", "#>>", "::"].iter().any(|sign| token.is_sign(sign))
                || matches!(token, Token::Text(_) | Token::Number(_))
                || level.before(here).is_some_and(|before| before.is_sign("::"))
                || token.is("BINARY")
        })
    };
    rest.into_iter().all(steps).then_some(name)
}

/// Words that are values.
fn constant(level: &Level<'_>, at: usize) -> bool {
    level.get(at).is_some_and(|token| {
        token.is_any(&[
            "NULL",
            "TRUE",
            "FALSE",
            "CURRENT_TIMESTAMP",
            "CURRENT_DATE",
            "CURRENT_TIME",
            "CURRENT_USER",
            "INTERVAL",
            "DATE",
            "TIMESTAMP",
            "DAY",
            "DAYS",
            "HOUR",
            "MINUTE",
            "MONTH",
            "YEAR",
            "SECOND",
            "WEEK",
            "DEFAULT",
            "UNKNOWN",
            "LOCALTIMESTAMP",
            "TIME",
            "ARRAY",
            "ANY",
            "SOME",
            "BINARY",
            "ESCAPE",
            "AT",
            "ZONE",
            "SESSION_USER",
        ])
    })
}

/// A name in double quotes on the right: in MySQL and in SQLite, most often a string.
fn quoted(level: &Level<'_>, from: usize, to: usize) -> bool {
    to == from + 1 && matches!(level.get(from), Some(Token::Name(_)))
}

/// Whether no column stands here: a value, or rows that another condition chooses.
fn value(level: &Level<'_>, from: usize, to: usize, depth: usize) -> bool {
    if from >= to {
        return false;
    }
    let open = (from..to).find(|here| level.get(*here).is_some_and(|token| token.is_sign("(")));
    if let Some(open) =
        open.filter(|open| level.get(open + 1).is_some_and(|token| token.is_any(&["SELECT", "WITH"])))
    {
        return level.get(from).is_some_and(|token| !token.is("ALL")) && subquery(level, open, depth);
    }
    let columns = |here: usize| {
        let Some(Token::Word(_)) = level.get(here) else { return false };
        let function = level.get(here + 1).is_some_and(|next| next.is_sign("("));
        let behind = level
            .before(here)
            .is_some_and(|before| before.is_sign("::") || before.is_any(&["COLLATE", "AS"]));
        !(function
            || behind
            || constant(level, here)
            || level.get(here).is_some_and(|token| token.is_any(&["COLLATE", "AS"])))
    };
    let null = to == from + 1 && level.get(from).is_some_and(|token| token.is("NULL"));
    let names = from + 1 != to && (from..to).any(|here| matches!(level.get(here), Some(Token::Name(_))));
    !null && !names && !(from..to).any(columns)
}

/// `IN (1, 2)`, `IN (SELECT …)`.
fn chosen(level: &Level<'_>, from: usize, to: usize, depth: usize) -> bool {
    match level.get(from) {
        Some(token) if token.is_sign("(") && level.close(from) + 1 == to => {
            let inside = level.get(from + 1);
            if inside.is_some_and(|token| token.is_any(&["SELECT", "WITH"])) {
                return subquery(level, from, depth);
            }
            value(level, from + 1, to - 1, depth)
        }
        Some(Token::Given(_)) => from + 1 == to,
        _ => false,
    }
}

/// Whether the rows of `(SELECT …)` are chosen by a condition of its own.
fn subquery(level: &Level<'_>, open: usize, depth: usize) -> bool {
    let close = level.close(open);
    if !level.get(open + 1).is_some_and(|token| token.is("SELECT")) || segment::end(level, open + 1) < close {
        return false;
    }
    let from = level.flat(open + 1, close).any(|here| level.get(here).is_some_and(|token| token.is("FROM")));
    from && condition::of(level, open + 1, close)
        .is_some_and(|(from, to)| condition::narrows(level, from, to, depth + 1))
}

/// A pattern that not every text fits.
fn pattern(level: &Level<'_>, from: usize, to: usize) -> bool {
    match level.get(from) {
        Some(Token::Text(text)) => text.chars().any(|c| !matches!(c, '%' | '_' | '*' | '?')),
        Some(Token::Given(_)) => from + 1 == to,
        _ => false,
    }
}

/// `IS NULL`, `IS TRUE`, `IS NOT DISTINCT FROM 1`.
fn is(level: &Level<'_>, from: usize, to: usize, depth: usize) -> bool {
    let word = |at: usize, words: &[&str]| level.get(at).is_some_and(|token| token.is_any(words));
    if word(from, &["NOT"]) {
        return word(from + 1, &["DISTINCT"])
            && word(from + 2, &["FROM"])
            && value(level, from + 3, to, depth);
    }
    from + 1 == to && word(from, &["NULL", "TRUE", "FALSE", "UNKNOWN"])
}

/// Whether a bound leaves nothing out that is likely to be there: `id > 0`, `id < 999999999`, `day < '9999-12-31'`.
fn wide(level: &Level<'_>, from: usize, to: usize, less: bool) -> bool {
    let negative = level.get(from).is_some_and(|token| token.is_sign("-"));
    match level.get(if negative { from + 1 } else { from }) {
        Some(Token::Number(number)) if to <= from + 2 => {
            let digits = number.chars().take_while(char::is_ascii_digit).count();
            let zero = number.chars().all(|c| matches!(c, '0' | '.' | '1'));
            let large = digits >= 9 || number.contains(['e', 'E', 'x', 'X']);
            if less { large && !negative } else { negative || zero || number.starts_with("0x") }
        }
        Some(Token::Text(text)) if to == from + 1 => {
            let first = text.chars().next();
            let year = text.chars().take(4).all(|c| c.is_ascii_digit());
            if less {
                first.is_none_or(|c| {
                    c > '2' && year || matches!(c, 'z' | 'Z' | '{' | '|' | '}' | '~') || !c.is_ascii()
                })
            } else {
                first.is_none_or(|c| c < '2' || c.is_ascii_punctuation() || matches!(c, 'A' | 'a'))
            }
        }
        Some(Token::Given(_)) | None => false,
        _ => negative,
    }
}
