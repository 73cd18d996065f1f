//! The commerce request: a purchase in the words of a shop. It is one mapping onto an action, which stands in the library (`std.tools.commerce`); here it is
//! read strictly, and its words become the input of that tool.

use lictor_bundle::schema::Schema;
use lictor_evidence::token::{self, Commerce, Reason};

use super::money::{self, Money};
use crate::http::refusal::Refusal;
use crate::json::{self, Object, Wrong, cut};
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
    /// Of one; or why it is none by what the policy declares, which is of no matter elsewhere.
    price: Result<Money, Wrong>,
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
        money::check(&price)?;
        let price = money::read(&price, schema);
        let scope = body.text("scope")?.into_owned();
        body.object("clientContext")?;
        Ok(Purchase { store, product, variant, quantity, price, scope })
    }

    /// The call of the tool that it is, as the engine reads it.
    pub fn call(&self, body: &Object<'_>) -> Vec<u8> {
        let quantity = self.quantity.to_string();
        let mut call = format!("{{\"tool\":\"{TOOL}\",\"input\":{{").into_bytes();
        let members = body.members().filter(|(name, _)| MEMBERS.contains(name));
        for (at, (name, value)) in members.enumerate() {
            if at > 0 {
                call.push(b',');
            }
            // The engine reads whole numbers without point and exponent.
            let value = if name == "quantity" { &*quantity } else { value };
            for part in ["\"", name, "\":", value] {
                call.extend(part.as_bytes());
            }
        }
        call.extend(b"}}");
        call
    }

    /// Why this store does not look at it, whatever its policy says: it is for another store, or asks for more than to buy.
    /// What is for this store must have a price here.
    pub fn refused(&self, store: &str) -> Result<Option<Reason>, Wrong> {
        if self.store != store {
            return Ok(Some(Reason::StoreMismatch));
        }
        if self.scope != SCOPE {
            return Ok(Some(Reason::ScopeRestricted));
        }
        self.price.clone().map(|_| None)
    }

    /// What a token says of it.
    pub fn claims(&self) -> Result<Commerce, Refusal> {
        let price = self.price.clone()?;
        let purchase = token::Purchase {
            store: &self.store,
            product: &self.product,
            variant: &self.variant,
            quantity: self.quantity,
            amount: &price.amount(),
            currency: &price.currency.to_string(),
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
    let whole = json::whole(sent).and_then(|number| u32::try_from(number).ok());
    let known = whole.filter(|quantity| (1..=MAX_QUANTITY).contains(quantity));
    known.ok_or_else(|| {
        Wrong::at("quantity", format!("is {}; send a whole number from 1 to {MAX_QUANTITY}", cut(sent)))
    })
}
