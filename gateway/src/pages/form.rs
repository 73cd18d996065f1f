//! What a form has sent.

use std::collections::BTreeMap;

use axum::body::Body;
use http::Request;

use crate::http::{Refusal, body};

/// The type of a form's body.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// The most bytes of a form.
pub(super) const LARGEST: usize = 16 << 10;

/// Fields by name, each once.
#[derive(Debug, Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads the body of a request.
    pub async fn read(request: Request<Body>) -> Result<Form, Refusal> {
        if !body::is(request.headers(), FORM) {
            return Err(Refusal::malformed(format!("Content-Type: is not {FORM}")));
        }
        let bytes = body::read(request, LARGEST).await?;
        Form::of(&bytes).ok_or_else(|| Refusal::malformed("body: a field stands there twice; send it once"))
    }

    /// Reads what stands behind the question mark of an address.
    pub fn of_query(query: Option<&str>) -> Form {
        // Of two of one name neither counts: what is asked for is then shown without it.
        Form::of(query.unwrap_or_default().as_bytes()).unwrap_or_default()
    }

    /// Reads fields.
    pub fn of(bytes: &[u8]) -> Option<Form> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Form(fields))
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What its fields are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A field that is not empty, without blanks around it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}
