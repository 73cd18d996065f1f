//! The commerce request: a purchase in the words of a shop. It is one mapping onto an action, which stands in the library (`std.tools.commerce`); here it is
//! read strictly, and its words become the input of that tool.

use lictor_bundle::schema::Schema;
use lictor_evidence::token::{self, Commerce, Reason};

use super::money;
use crate::http::refusal::Refusal;
use crate::json::{Object, Wrong, cut};
use crate::life::SCOPE;

/// The tool that the library maps.
const TOOL: &str = "commerce/authorize";
/// The action that the library makes of it.
pub(super) const ACTION: &str = "payment.charge";
/// The members of the request.
pub(super) const MEMBERS: [&str; 7] =
    ["storeId", "permyxProductId", "sourceVariantId", "quantity", "price", "scope", "clientContext"];
/// The most pieces of one purchase.
const MAX_QUANTITY: u32 = 50;
/// The most bytes of a name.
const MAX_NAME: usize = 256;

/// A purchase, as it is asked for.
pub(super) struct Purchase {
    store: String,
    product: String,
    variant: String,
    quantity: u32,
    /// With all decimals of the currency.
    amount: String,
    currency: String,
    scope: String,
}

impl Purchase {
    /// The first member of a commerce request that a body has.
    pub fn first<'b>(body: &'b Object<'_>) -> Option<&'b str> {
        body.members().map(|(name, _)| name).find(|name| MEMBERS.contains(name))
    }

    /// Reads a body that is one. Amounts have the decimals of their currency, which the schema knows.
    pub fn read(body: &Object<'_>, schema: &Schema) -> Result<Purchase, Wrong> {
        let [store, product, variant] =
            ["storeId", "permyxProductId", "sourceVariantId"].map(|member| name(body, member));
        let (store, product, variant) = (store?, product?, variant?);
        let quantity = quantity(body)?;
        let price = body.object("price")?.ok_or_else(|| Wrong::at("price", "is missing"))?;
        let price = money::read(&price, schema)?;
        let (amount, currency) = (price.amount(), price.currency.to_string());
        let scope = body.text("scope")?.into_owned();
        body.object("clientContext")?;
        Ok(Purchase { store, product, variant, quantity, amount, currency, scope })
    }

    /// The call of the tool that it is, as the engine reads it.
    pub fn call(body: &Object<'_>) -> Vec<u8> {
        let mut call = format!("{{\"tool\":\"{TOOL}\",\"input\":{{").into_bytes();
        let members = body.members().filter(|(name, _)| MEMBERS.contains(name));
        for (at, (name, value)) in members.enumerate() {
            if at > 0 {
                call.push(b',');
            }
            for part in ["\"", name, "\":", value] {
                call.extend(part.as_bytes());
            }
        }
        call.extend(b"}}");
        call
    }

    /// Why this store does not look at it, whatever its policy says: it is for another store, or asks for more than to buy.
    pub fn refused(&self, store: &str) -> Option<Reason> {
        if self.store != store {
            return Some(Reason::StoreMismatch);
        }
        (self.scope != SCOPE).then_some(Reason::ScopeRestricted)
    }

    /// What a token says of it.
    pub fn claims(&self) -> Result<Commerce, Refusal> {
        let purchase = token::Purchase {
            store: &self.store,
            product: &self.product,
            variant: &self.variant,
            quantity: self.quantity,
            amount: &self.amount,
            currency: &self.currency,
            scope: &self.scope,
        };
        purchase.claims().map_err(|_| Refusal::fault())
    }
}

/// A name that a token can repeat.
fn name(body: &Object<'_>, member: &str) -> Result<String, Wrong> {
    let name = body.text(member)?;
    let wrong = |what: String| Err(Wrong::at(member, what));
    if name.is_empty() {
        return wrong("is empty".to_owned());
    }
    if name.len() > MAX_NAME {
        return wrong(format!("has more than {MAX_NAME} bytes, and no name has"));
    }
    if name.chars().any(char::is_control) {
        return wrong("has signs that nobody can see; send the name alone".to_owned());
    }
    Ok(name.into_owned())
}

fn quantity(body: &Object<'_>) -> Result<u32, Wrong> {
    let Some(sent) = body.get("quantity") else { return Err(Wrong::at("quantity", "is missing")) };
    let known = sent.parse().ok().filter(|quantity| (1..=MAX_QUANTITY).contains(quantity));
    known.ok_or_else(|| {
        Wrong::at("quantity", format!("is {}; send a whole number from 1 to {MAX_QUANTITY}", cut(sent)))
    })
}
