//! Cedar: one policy; each user is an entity with the limit as an attribute. As Cedar's documentation advises, a request is given no more
//! entities than it needs: the host finds the user's in a map.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request as CedarRequest,
    RestrictedExpression as Value,
};

use super::draw::Request;
use super::{limit, user};

const POLICY: &str = "permit(principal, action, resource) when { context.amount <= principal.limit };";

/// What is made once.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    users: HashMap<String, (EntityUid, Entities)>,
    action: EntityUid,
    resource: EntityUid,
}

impl Cedar {
    /// The limits of so many users.
    ///
    /// # Panics
    /// Never: the policy is Cedar.
    #[must_use]
    pub fn new(users: usize) -> Cedar {
        let uid = |text: &str| EntityUid::from_str(text).expect("the names are Cedar");
        let entity = |number: usize| {
            let name = user(number);
            let id = uid(&format!(r#"User::"{name}""#));
            let attributes = HashMap::from([("limit".to_owned(), Value::new_long(limit(number)))]);
            let entity = Entity::new(id.clone(), attributes, HashSet::new()).expect("a limit is a constant");
            (name, (id, Entities::from_entities([entity], None).expect("there is one")))
        };
        Cedar {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(POLICY).expect("the policy is Cedar"),
            users: (0..users).map(entity).collect(),
            action: uid(r#"Action::"payment.charge""#),
            resource: uid(r#"Merchant::"m-17""#),
        }
    }

    /// Whether a request is allowed.
    ///
    /// # Panics
    /// Never: without a schema every request will do.
    #[must_use]
    pub fn allows(&self, request: &Request) -> bool {
        let Some((principal, entities)) = self.users.get(&request.user) else { return false };
        let context = Context::from_pairs([("amount".to_owned(), Value::new_long(request.amount))]);
        let request = CedarRequest::new(
            principal.clone(),
            self.action.clone(),
            self.resource.clone(),
            context.expect("there is one name"),
            None,
        );
        let request = request.expect("without a schema every request will do");
        self.authorizer.is_authorized(&request, &self.policies, entities).decision() == Decision::Allow
    }
}
