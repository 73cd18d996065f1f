//! What somebody who is registered has said of an agent, as a request carries it.

use lictor_bundle::schema::{Schema, Type};
use lictor_bundle::time::render_timestamp;
use lictor_evidence::json::Json;
use lictor_evidence::statement::{Kind, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::said::inside;

/// A statement that was verified, and is for this agent. Moments are seconds since 1970 UTC.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vouched {
    /// Who has stated it.
    pub issuer: String,
    /// The key that it was signed with.
    pub key: String,
    /// Its own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The user; of a mandate the one who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// When it was issued.
    pub issued_at: i64,
    /// The first second in which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    /// The first second in which it does not hold any more.
    pub expires: i64,
    /// What else it says.
    says: Json,
}

/// What of a mandate a policy declares beyond what every mandate has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct MandateForm {
    /// `signature_verified: Bool`
    verified: bool,
    /// `not_before: Timestamp`
    not_before: bool,
}

impl From<Statement> for Vouched {
    fn from(statement: Statement) -> Vouched {
        Vouched {
            issuer: statement.issuer,
            key: statement.key,
            id: statement.id,
            user: statement.user,
            issued_at: statement.issued_at,
            not_before: statement.not_before,
            expires: statement.expires,
            says: Json::Object(statement.says),
        }
    }
}

impl MandateForm {
    /// By the declarations of a bundle. All actions share one mandate.
    pub fn of(schema: &Schema) -> MandateForm {
        let request =
            schema.actions.first().and_then(|action| schema.records.get(usize::from(action.request)));
        let mandate = request.and_then(|request| inside(schema, request, "mandate"));
        let declares = |name: &str, wanted: Type| {
            let field = mandate.and_then(|mandate| mandate.fields.iter().find(|field| field.name == name));
            let mut ty = field.and_then(|field| schema.types.get(usize::from(field.ty)));
            if let Some(Type::Optional(inner)) = ty {
                ty = schema.types.get(usize::from(*inner));
            }
            ty == Some(&wanted)
        };
        MandateForm {
            verified: declares("signature_verified", Type::Bool),
            not_before: declares("not_before", Type::Timestamp),
        }
    }
}

impl Vouched {
    /// Writes it as the part of a request. What it says beyond what the policy declares stands there as well, and the engine refuses it: it may be what was to
    /// hold the agent back.
    pub fn write(&self, kind: Kind, form: MandateForm, out: &mut Vec<u8>) {
        let Ok(Value::Object(mut part)) = serde_json::to_value(&self.says) else { return };
        let moment = |seconds: i64| Value::from(render_timestamp(seconds.saturating_mul(1_000)));
        let put = |part: &mut Map<String, Value>, name: &str, value: Option<Value>| {
            part.extend(value.map(|value| (name.to_owned(), value)));
        };
        match kind {
            Kind::User => put(&mut part, "id", self.user.clone().map(Value::from)),
            Kind::Mandate => {
                put(&mut part, "issued_at", Some(moment(self.issued_at)));
                put(&mut part, "expires_at", Some(moment(self.expires)));
                put(&mut part, "nonce", self.id.clone().map(Value::from));
                put(&mut part, "signature_verified", form.verified.then_some(Value::Bool(true)));
                put(&mut part, "not_before", self.not_before.filter(|_| form.not_before).map(moment));
            }
        }
        // Writing to memory does not fail.
        let _ = serde_json::to_writer(out, &part);
    }
}
