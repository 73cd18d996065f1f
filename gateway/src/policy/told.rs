//! What the gateway says of the circumstances of a request: of what it is the authority for, whatever the policy declares.

use std::net::IpAddr;

use lictor_bundle::form::Form;
use lictor_bundle::schema::{Schema, Type, TypeId};
use lictor_bundle::time::render_timestamp;
use lictor_evidence::keys::Thumbprint;
use lictor_evidence::receipt::{Agent, Authenticated};
use lictor_evidence::statement::Kind;
use serde::{Deserialize, Serialize};

use super::InForce;
use super::said::inside;
use super::vouched::Vouched;
use crate::key::SIGNED;
use crate::sources::Lookup;

/// What the gateway knows of a request beyond the time.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Circumstances {
    /// The address that the connection came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<IpAddr>,
    /// The key that it came with, by its id: a session lasts as long as that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The key with which the agent has signed the request, where it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Thumbprint>,
    /// The mandate that the agent acts on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<Vouched>,
    /// The user in whose name it acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Vouched>,
    /// What was looked up for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Lookup>,
}

impl Circumstances {
    /// What of it is kept with a token: what was known when the agent asked. What was revoked counts only now, and what is secret is not kept; both are looked
    /// up again.
    pub fn kept(&self) -> Circumstances {
        let Circumstances { ip, session, signed, mandate, user, facts } = self;
        let kept = facts.iter().filter(|fact| !fact.revokes && !fact.secret);
        Circumstances {
            ip: *ip,
            session: session.clone(),
            signed: *signed,
            mandate: mandate.clone(),
            user: user.clone(),
            facts: kept.cloned().collect(),
        }
    }

    /// The agent of this name, and how it is known that it asks.
    pub fn authenticated(&self, agent: &str) -> Agent {
        let authenticated = match self.signed {
            Some(_) => Authenticated::Signature,
            None => Authenticated::ApiKey,
        };
        Agent { id: agent.to_owned(), authenticated, key: self.signed }
    }

    /// In whose name the agent acts: the user, or whoever gave the mandate.
    pub fn person(&self) -> Option<&str> {
        [&self.user, &self.mandate].into_iter().flatten().find_map(|vouched| vouched.user.as_deref())
    }

    /// The issuer and the name of the mandate.
    pub fn mandate_id(&self) -> Option<(&str, &str)> {
        let mandate = self.mandate.as_ref()?;
        Some((&mandate.issuer, mandate.id.as_deref()?))
    }

    /// Of when the oldest of the facts is, where there is one.
    fn facts_as_of(&self, wanted: impl Fn(&Lookup) -> bool) -> Option<i64> {
        self.facts.iter().filter(|fact| wanted(fact)).map(|fact| fact.as_of).min()
    }
}

/// When something is decided, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    /// The time, in milliseconds.
    pub now: i64,
    /// When it was last looked which keys count.
    pub keys_as_of: i64,
    /// What else is known.
    pub known: &'a Circumstances,
    /// Facts that the store says in the moment of the decision.
    pub counted: &'a [Lookup],
}

/// Something that the gateway can say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    /// The address.
    Ip,
    /// The session.
    Session,
    /// When the oldest fact was looked up. What is counted is counted in the moment of the decision.
    Facts,
    /// When it was last made sure that this bundle is the one in force: the gateway holds the one that is, and looks with each request.
    Bundle,
    /// When it was last looked who was revoked.
    Revocations,
}

const ALL: [(&str, Known); 5] = [
    ("ip", Known::Ip),
    ("session", Known::Session),
    ("facts_as_of", Known::Facts),
    ("bundle_as_of", Known::Bundle),
    ("revocations_as_of", Known::Revocations),
];

/// Which of it a policy declares, in a type that it fits.
#[derive(Debug, Default)]
pub(crate) struct Told {
    context: Vec<(&'static str, Known)>,
    /// Whether it asks of agents if they have signed.
    signed: bool,
}

impl Told {
    /// By the declarations of a bundle. All actions share one context.
    pub fn of(schema: &Schema) -> Told {
        let request =
            schema.actions.first().and_then(|action| schema.records.get(usize::from(action.request)));
        let context = request.and_then(|request| inside(schema, request, "context"));
        let fits = |(name, known): &(&str, Known)| {
            let field = context.and_then(|context| context.fields.iter().find(|field| field.name == *name));
            let ty = field.and_then(|field| declared(schema, field.ty));
            match known {
                Known::Ip => matches!(ty, Some(Type::Form(Form::Ip))),
                Known::Session => matches!(ty, Some(Type::Text { max }) if *max >= 16),
                Known::Facts | Known::Bundle | Known::Revocations => matches!(ty, Some(Type::Timestamp)),
            }
        };
        let agent = request.and_then(|request| inside(schema, request, "agent"));
        let field = agent.and_then(|agent| agent.fields.iter().find(|field| field.name == SIGNED));
        let signed = field.and_then(|field| declared(schema, field.ty)) == Some(&Type::Bool);
        Told { context: ALL.into_iter().filter(fits).collect(), signed }
    }

    /// Writes the context of a request at this moment. None of the values has a sign that JSON would write otherwise.
    pub fn write(&self, moment: &Moment<'_>, out: &mut Vec<u8>) {
        let Moment { now, keys_as_of, known, .. } = *moment;
        let mut member = |name: &str, value: &str| {
            for part in [if out.ends_with(b"{") { "\"" } else { ",\"" }, name, "\":\"", value, "\""] {
                out.extend(part.as_bytes());
            }
        };
        let shown = render_timestamp(now);
        member("now", &shown);
        for (name, what) in &self.context {
            match what {
                Known::Ip => known.ip.iter().for_each(|ip| member(name, &ip.to_canonical().to_string())),
                Known::Session => known.session.iter().for_each(|session| member(name, session)),
                Known::Bundle => member(name, &shown),
                Known::Facts => {
                    let oldest = known.facts_as_of(|_| true);
                    member(name, &render_timestamp(oldest.map_or(now, |oldest| oldest.min(now))));
                }
                Known::Revocations => {
                    let oldest = known.facts_as_of(|fact| fact.revokes).unwrap_or(i64::MAX);
                    // Nobody can have looked later than now.
                    member(name, &render_timestamp(keys_as_of.min(oldest).min(now)));
                }
            }
        }
    }
}

/// The type of a field, whether it may be left out or not.
fn declared(schema: &Schema, ty: TypeId) -> Option<&Type> {
    match schema.types.get(usize::from(ty))? {
        Type::Optional(inner) => schema.types.get(usize::from(*inner)),
        ty => Some(ty),
    }
}

impl InForce {
    /// Writes what the gateway says of a request: `agent` is what stands beside the agent's key.
    pub fn say(&self, agent: &str, moment: &Moment<'_>, out: &mut Vec<u8>) {
        out.clear();
        out.extend(b"{\"agent\":");
        match agent.strip_suffix('}').filter(|_| self.told.signed) {
            None => out.extend(agent.as_bytes()),
            // It has its `id` at least.
            Some(begun) => {
                let is = if moment.known.signed.is_some() { "true" } else { "false" };
                for part in [begun, ",\"", SIGNED, "\":", is, "}"] {
                    out.extend(part.as_bytes());
                }
            }
        }
        out.extend(b",\"context\":{");
        self.told.write(moment, out);
        out.push(b'}');
        for (kind, vouched) in [(Kind::User, &moment.known.user), (Kind::Mandate, &moment.known.mandate)] {
            if let Some(vouched) = vouched {
                for part in [",\"", kind.name(), "\":"] {
                    out.extend(part.as_bytes());
                }
                vouched.write(kind, self.mandate, out);
            }
        }
        // Another policy may have asked for them than the one that decides now.
        let declared = |fact: &&Lookup| self.outside.get(&fact.fact).is_some();
        let mut facts = moment.known.facts.iter().chain(moment.counted).filter(declared).peekable();
        if facts.peek().is_some() {
            out.extend(b",\"facts\":[");
            while let Some(fact) = facts.next() {
                fact.write(out);
                out.push(if facts.peek().is_some() { b',' } else { b']' });
            }
        }
        out.push(b'}');
    }
}
