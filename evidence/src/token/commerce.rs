//! The claims of a purchase, as a token repeats them for whoever reads it offline. What is bound is bound by `bnd`; these say it in words.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::json::{Json, JsonError};

/// The claims of a purchase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commerce {
    /// The store, which is the audience: `storeId`.
    pub store_id: String,
    /// What is bought: `variantId`.
    pub variant_id: String,
    /// How many, at least one: `qty`.
    pub quantity: u32,
    /// The price of one, as a decimal number in a text: `price_amount`.
    pub price_amount: String,
    /// The code of its currency: `currency`.
    pub currency: String,
    /// The digest of what the variant is: `sku_hash`.
    pub sku_hash: Digest,
    /// The digest of what is to happen: `execution_intent_hash`.
    pub execution_intent_hash: Digest,
}

/// A purchase, as it is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Purchase<'a> {
    /// The store: `storeId`.
    pub store: &'a str,
    /// The product: `permyxProductId`.
    pub product: &'a str,
    /// Which variant of it: `sourceVariantId`.
    pub variant: &'a str,
    /// How many: `quantity`.
    pub quantity: u32,
    /// The price of one, with all decimals of its currency: `price.amount`.
    pub amount: &'a str,
    /// The code of its currency: `price.currency`.
    pub currency: &'a str,
    /// What the token is good for: `scope`.
    pub scope: &'a str,
}

impl Purchase<'_> {
    /// What a token says of it.
    ///
    /// `sku_hash` is the SHA-256 of the canonical JSON (RFC 8785) of `permyxProductId`, `sourceVariantId` and `storeId`; `execution_intent_hash` that of
    /// these with `price`, `quantity` and `scope`, which is the request without what it says of the client. Whoever has the request can make both again.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn claims(&self) -> Result<Commerce, JsonError> {
        let text = |text: &str| Json::Text(text.to_owned());
        let object = |members: &[(&str, Json)]| -> BTreeMap<String, Json> {
            members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
        };
        let article = object(&[
            ("permyxProductId", text(self.product)),
            ("sourceVariantId", text(self.variant)),
            ("storeId", text(self.store)),
        ]);
        let price = object(&[("amount", text(self.amount)), ("currency", text(self.currency))]);
        let mut intent = article.clone();
        intent.extend(object(&[
            ("price", Json::Object(price)),
            ("quantity", Json::Int(i64::from(self.quantity))),
            ("scope", text(self.scope)),
        ]));
        let digest = |members| Json::Object(members).canonical().map(|bytes| Digest::of(&bytes));
        Ok(Commerce {
            store_id: self.store.to_owned(),
            variant_id: self.variant.to_owned(),
            quantity: self.quantity,
            price_amount: self.amount.to_owned(),
            currency: self.currency.to_owned(),
            sku_hash: digest(article)?,
            execution_intent_hash: digest(intent)?,
        })
    }
}
