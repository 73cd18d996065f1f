//! Arguments of a tool that a client repeats in headers, since somebody on the way may want to read them without reading the call: `x-mcp-header` in the schema
//! of the tool says which.

use crate::tree::Tree;

/// The deepest that an argument may stand.
const DEEPEST: usize = 16;

/// An argument that is repeated in a header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mirror {
    /// The name of the header, in small letters.
    pub header: String,
    /// Where the argument stands in the arguments.
    path: Vec<String>,
}

impl Mirror {
    /// Those of a tool, by its definition. What does not stand where it may is none: no client repeats it.
    pub fn of(definition: &Tree) -> Vec<Mirror> {
        let mut found = Vec::new();
        if let Some(schema) = definition.get("inputSchema") {
            gather(schema, &mut Vec::new(), &mut found);
        }
        found
    }

    /// What a call has there; nothing where it says nothing.
    pub fn value<'m>(&self, arguments: Option<&'m Tree>) -> Option<&'m Tree> {
        let mut at = arguments?;
        for name in &self.path {
            at = at.get(name)?;
        }
        Some(at).filter(|value| **value != Tree::Null)
    }
}

/// Whether a header says what an argument is. Numbers are compared as such: they are whole, and no greater than every reader of JSON can hold.
pub fn says(header: &str, value: &Tree) -> bool {
    match value {
        Tree::Text(text) => header == text,
        Tree::Bool(value) => header == if *value { "true" } else { "false" },
        Tree::Number(number) => {
            whole(header).zip(whole(number)).is_some_and(|(one, other)| one.total_cmp(&other).is_eq())
        }
        Tree::Null | Tree::List(_) | Tree::Object(_) => false,
    }
}

fn gather(schema: &Tree, path: &mut Vec<String>, found: &mut Vec<Mirror>) {
    let Some(properties) = schema.get("properties").and_then(Tree::members).filter(|_| path.len() < DEEPEST)
    else {
        return;
    };
    for (name, property) in properties {
        path.push(name.clone());
        let is_single = property
            .get("type")
            .and_then(Tree::text)
            .is_some_and(|kind| ["string", "integer", "boolean"].contains(&kind));
        let named = property.get("x-mcp-header").and_then(Tree::text).filter(|_| is_single);
        if let Some(named) = named.filter(|named| is_token(named)) {
            let header = format!("mcp-param-{}", named.to_ascii_lowercase());
            found.push(Mirror { header, path: path.clone() });
        }
        gather(property, path, found);
        path.pop();
    }
}

/// Whether it may stand in the name of a header.
fn is_token(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_sign)
}

/// A whole number that every reader of JSON can hold.
fn whole(text: &str) -> Option<f64> {
    const MOST: f64 = 9_007_199_254_740_991.0;
    let is_written = text.bytes().all(|byte| byte.is_ascii_digit() || b"-+.eE".contains(&byte));
    let number: f64 = text.parse().ok().filter(|_| is_written)?;
    // Nothing is less than nothing.
    (number.fract() == 0.0 && number.abs() <= MOST).then_some(number + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tree {
        Tree::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn they_stand_where_properties_lead_and_are_single_values() {
        let found = Mirror::of(&read(
            r#"{"inputSchema":{"type":"object","properties":{
                "region":{"type":"string","x-mcp-header":"Region"},
                "where":{"type":"object","properties":{"floor":{"type":"integer","x-mcp-header":"floor"}}},
                "half":{"type":"number","x-mcp-header":"Half"},
                "list":{"type":"array","items":{"type":"string","x-mcp-header":"Item"}},
                "odd":{"type":"string","x-mcp-header":"a b"},
                "none":{"type":"string","x-mcp-header":""}},
              "anyOf":[{"properties":{"x":{"type":"string","x-mcp-header":"X"}}}]}}"#,
        ));
        let shown: Vec<_> = found.iter().map(|one| (one.header.as_str(), one.path.join("."))).collect();
        assert_eq!(
            shown,
            [("mcp-param-region", "region".to_owned()), ("mcp-param-floor", "where.floor".to_owned())]
        );
        let arguments = read(r#"{"region":null,"where":{"floor":7}}"#);
        assert_eq!(found[0].value(Some(&arguments)), None);
        assert_eq!(found[1].value(Some(&arguments)), Some(&Tree::Number("7".to_owned())));
        assert_eq!(found[1].value(None), None);
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_nothing_is_nearly_right() {
        let number = |text: &str| Tree::Number(text.to_owned());
        for (header, value) in [
            ("42", number("42.0")),
            ("42.0", number("42")),
            ("-7", number("-7")),
            ("4.2e1", number("42")),
            ("true", Tree::Bool(true)),
            ("us-west1", "us-west1".into()),
            ("", "".into()),
        ] {
            assert!(says(header, &value), "{header} {value:?}");
        }
        for (header, value) in [
            ("43", number("42")),
            ("42.5", number("42.5")),
            ("9007199254740993", number("9007199254740993")),
            ("inf", number("1e999")),
            ("NaN", number("0")),
            ("0x2a", number("42")),
            ("", number("0")),
            ("True", Tree::Bool(true)),
            ("1", Tree::Bool(true)),
            ("US-west1", "us-west1".into()),
            ("42", "42 ".into()),
            ("null", Tree::Null),
            ("[]", Tree::List(Vec::new())),
        ] {
            assert!(!says(header, &value), "{header} {value:?}");
        }
    }
}
