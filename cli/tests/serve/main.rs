//! `lictor serve`, as those meet it who ask it: the real binary over real connections. And `lictor mcp`, which stands before others.

#[path = "../common/mod.rs"]
mod common;

mod decides;
mod evaluates;
mod counts;
mod life;
mod observes;
mod kept;
mod receipts;
mod audits;
mod operated;
mod erased;
mod witnessed;
mod traces;
mod two;
mod collected;
mod reviewed;
mod facts;
mod mandates;
mod purchase;
mod signed_agents;
mod within;
mod refuses;
mod batches;
mod keys;
mod bundles;
mod runs;
mod page;
mod pages;
mod tenants;
mod several;
mod mcp;

use common::Dir;
use common::server::Server;

/// What agents may buy and read, with everything in it that a decision point meets: limits, people, facts, counters, secrets, obligations.
const SHOP: &str = r#"module shop
layer base

tiers { fresh, known }
roles { owner "Whoever owns the shop" }
escalate to owner within 15m

reasons {
  TOO_DEAR  "It costs more than it may"
  LOOKED_AT "Somebody looks at it first"
  BLOCKED   "We buy nothing from this seller"
  WATCHED   "This seller is under investigation"
  NOT_OPEN  "This shop is closed"
  TOO_OFTEN "There were enough of these today"
  KEEP_IT   "Purchases are kept on record"
}

extend Context {
  region: String?
}

record Seller {
  id: String max 40
  name: String max 80
  rating: attested Int?
}

fact seller_blocked(seller: String) -> Bool

action shop.buy {
  seller: Seller
  price: Money
  default allow
}

action shop.look {
  page: String max 200
  default allow
}

action shop.close {
  default allow
}

action shop.ask_facts {
  seller: String max 40
  default allow
}

action shop.count {
  default allow
}

rule price on shop.buy at amount {
  require price <= 100 USD else TOO_DEAR "{price} is more than 100.00 USD"
  deny when agent.tier == fresh and price > 10 USD as TOO_DEAR
  step_up when price > 80 USD to owner as LOOKED_AT
}

rule seller on shop.buy at counterparty {
  deny when seller.id == "s-13" as WATCHED told as NOT_OPEN "{seller.name} is under investigation"
}

rule known_seller on shop.ask_facts at counterparty {
  deny when seller_blocked(seller) as BLOCKED
}

rule not_too_often on shop.count at policy {
  deny when times(allowed shop.count per agent.id over 1d) >= 3 as TOO_OFTEN
}

rule kept on shop.buy at policy {
  oblige keep_record as KEEP_IT
}
"#;

/// A shop with a data directory, and a key for each role.
struct Shop {
    dir: Dir,
    agent: String,
    checkout: String,
    auditor: String,
    admin: String,
}

impl Shop {
    fn new() -> Shop {
        Shop::with(SHOP)
    }

    fn with(policy: &str) -> Shop {
        let dir = Dir::with(&[("shop/shop.lictor", policy), ("agent.json", r#"{"tier": "known"}"#)]);
        let made = |name: &str, role: &str| {
            let mut args = vec!["keys", "add", name, "--role", role, "--data", "data"];
            if role == "agent" {
                args.extend(["--agent", "agent.json"]);
            }
            dir.run(&args).ends_with(0).stdout.trim().to_owned()
        };
        let [agent, checkout] = [made("shopper-7", "agent"), made("till-1", "checkout")];
        let [auditor, admin] = [made("eve", "auditor"), made("root", "admin")];
        Shop { dir, agent, checkout, auditor, admin }
    }

    /// Serves the policy as it stands there.
    fn serve(&self, args: &[&str]) -> Server {
        let mut all = vec!["shop"];
        all.extend(args);
        Server::start(&self.dir, &all)
    }
}

/// An evaluation of a purchase from a seller, for so many dollars.
fn purchase(seller: &str, dollars: &str) -> String {
    format!(
        r#"{{"subject": {{"type": "agent", "id": "shopper-7"}},
            "action": {{"name": "shop.buy", "properties": {{"price": {{"amount": "{dollars}", "currency": "USD"}}}}}},
            "resource": {{"type": "seller", "id": "{seller}", "properties": {{"name": "Kiosk"}}}}}}"#
    )
}

const ONE: &str = "/access/v1/evaluation";
const SEVERAL: &str = "/access/v1/evaluations";
