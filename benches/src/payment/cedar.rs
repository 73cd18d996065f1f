//! Cedar: one policy a rule, lists in the attributes of an entity, the context built from a struct.
//!
//! Every rule is a `forbid`, and the ones that hold are the reasons of the answer. The host takes the first hard one, or adds the
//! points of the soft ones, which Cedar has no means for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicyId, PolicySet, Request as CedarRequest,
    RestrictedExpression as Value,
};

use super::lists::{self, LIMIT, LIMITS, RISKY_COUNTRIES, RISKY_GOODS};
use super::outcome::{Outcome, SOFT};
use super::request::Request;

const POLICY: &str = include_str!("../../policies/payment/peers/payment.cedar");

/// What is made once.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    /// Position and code of each rule.
    rules: HashMap<PolicyId, (usize, &'static str)>,
    uids: [EntityUid; 3],
    categories: BTreeMap<&'static str, EntityUid>,
    other: EntityUid,
}

/// A request as Cedar takes it.
pub struct Prepared(CedarRequest);

impl Cedar {
    /// Parses the policies once.
    ///
    /// # Panics
    /// They are not Cedar.
    #[must_use]
    pub fn new() -> Cedar {
        let parsed = PolicySet::from_str(POLICY).expect("the policies are Cedar");
        // `@id` is only an annotation until somebody makes it the name.
        let mut policies = PolicySet::new();
        let mut rules = HashMap::new();
        for policy in parsed.policies() {
            let id = policy.annotation("id").unwrap_or("permit").to_owned();
            let id = PolicyId::new(&id);
            if let Some(code) = policy.annotation("code") {
                rules.insert(id.clone(), code.to_owned());
            }
            policies.add(policy.new_id(id)).expect("each has a name of its own");
        }
        let mut ordered: Vec<_> = rules.into_iter().collect();
        ordered.sort_by_key(|(id, _)| id.to_string());
        let rules = ordered.into_iter().enumerate().map(|(at, (id, code))| (id, (at, &*code.leak())));
        let uid = |text: &str| EntityUid::from_str(text).expect("the names are Cedar");
        let set = |texts: &mut dyn Iterator<Item = &'static str>| {
            Value::new_set(texts.map(|text| Value::new_string(text.to_owned())))
        };
        let limits = LIMITS.iter().copied().chain([("other", LIMIT)]);
        let mut all = vec![entity(
            uid(r#"Lists::"all""#),
            [
                ("merchants", set(&mut lists::merchants())),
                ("skus", set(&mut lists::skus())),
                ("risky_countries", set(&mut RISKY_COUNTRIES.into_iter())),
                ("risky_goods", set(&mut RISKY_GOODS.into_iter())),
            ],
        )];
        let category = |name: &str| uid(&format!(r#"Category::"{name}""#));
        all.extend(limits.map(|(name, limit)| entity(category(name), [("limit", Value::new_long(limit))])));
        Cedar {
            authorizer: Authorizer::new(),
            policies,
            entities: Entities::from_entities(all, None).expect("the entities are distinct"),
            rules: rules.collect(),
            uids: [r#"Agent::"shopper-7""#, r#"Action::"payment.charge""#, r#"Lists::"all""#].map(uid),
            categories: LIMITS.iter().map(|&(name, _)| (name, category(name))).collect(),
            other: category("other"),
        }
    }

    /// Builds the request from the struct.
    ///
    /// # Panics
    /// Never: the context's names are distinct.
    #[must_use]
    pub fn prepare(&self, request: &Request<'_>) -> Prepared {
        let Request { mandate, context, params, .. } = request;
        let text = |text: &str| Value::new_string(text.to_owned());
        let texts = |all: &[&str]| Value::new_set(all.iter().map(|one| text(one)));
        let category = self.categories.get(params.merchant.category).unwrap_or(&self.other);
        let pairs = [
            ("agent_verified", Value::new_bool(context.agent_verified)),
            ("now", Value::new_long(context.now)),
            ("expires_at", Value::new_long(mandate.expires_at)),
            ("minute_of_day", Value::new_long(context.minute_of_day)),
            ("scope", texts(&mandate.scope)),
            ("merchant", text(params.merchant.id)),
            ("currency", text(params.amount.currency)),
            ("amount", Value::new_long(params.amount.minor)),
            ("category", Value::new_entity_uid(category.clone())),
            ("category_name", text(params.merchant.category)),
            ("ceiling_currency", text(mandate.ceiling.currency)),
            ("ceiling", Value::new_long(mandate.ceiling.minor)),
            ("recent_nonces", texts(&context.recent_nonces)),
            ("nonce", text(mandate.nonce)),
            ("skus", texts(&params.skus)),
            ("articles", Value::new_long(i64::try_from(params.skus.len()).unwrap_or(i64::MAX))),
            ("spent_currency", text(context.spent_today.currency)),
            ("spent_today", Value::new_long(context.spent_today.minor)),
            ("attempts_last_hour", Value::new_long(context.attempts_last_hour)),
            ("ip_country", text(context.ip_country)),
            ("merchant_country", text(params.merchant.country)),
            ("agent_since", Value::new_long(context.agent_since)),
        ];
        let context = Context::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value)));
        let [principal, action, resource] = self.uids.clone();
        let request =
            CedarRequest::new(principal, action, resource, context.expect("names are distinct"), None);
        Prepared(request.expect("without a schema every request will do"))
    }

    /// Decides a request that was built before.
    #[must_use]
    pub fn decide(&self, Prepared(request): &Prepared) -> Outcome<'static> {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        if response.diagnostics().errors().next().is_some() {
            return Outcome::deny("EVALUATION_ERROR");
        }
        let mut first: Option<(usize, &'static str)> = None;
        let (mut score, mut asked) = (0, None);
        for id in response.diagnostics().reason() {
            let Some(&(at, code)) = self.rules.get(id) else { continue };
            match SOFT.iter().find(|(soft, _)| *soft == code) {
                Some((_, 0)) => asked = Some(code),
                Some((_, points)) => score += points,
                None if first.is_none_or(|(before, _)| at < before) => first = Some((at, code)),
                None => {}
            }
        }
        first.map_or_else(|| Outcome::soft(score, asked), |(_, code)| Outcome::deny(code))
    }
}

impl Default for Cedar {
    fn default() -> Cedar {
        Cedar::new()
    }
}

fn entity<const N: usize>(uid: EntityUid, attributes: [(&str, Value); N]) -> Entity {
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
    Entity::new(uid, attributes.into(), HashSet::new()).expect("the attributes are constants")
}
