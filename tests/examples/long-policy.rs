//! Writes a policy of about so many lines, of rules such as people write, to measure editors with.
//!
//! ```text
//! cargo run --release -p lictor-tests --example long-policy -- 10000 > long.lictor
//! ```

use std::fmt::Write as _;

const HEAD: &str = "\
//! What the shop's agents may order.
module shop.base
layer base

roles {
  desk  \"The front desk\"
  fraud \"Whoever looks into fraud\"
}

escalate to desk within 15m

reasons {
  TOO_MUCH \"It is too much\"
  UNUSUAL  \"It is unusual\"
}

/// Who sells it.
record Seller { id: String max 40, kind: Int, country: Country?, score: Int }

/// Order something.
action order.place {
  total: Money
  pieces: Int
  seller: Seller
  note: String?
  default allow
}

/// From here on an order is dear.
param most: Money = 500 USD
  range 1 USD to 5_000 USD
  stricter when lower

fn dear(price: Money) -> Bool = price > most

example paper = order.place {
  total: 20 USD,
  pieces: 2,
  seller: { id: \"s-1\", kind: 1, country: \"NO\", score: 1 }
}

test \"paper may be ordered\" {
  given paper
  expect allow
}
";

/// Rules of three kinds and a test, each with its number for `#`.
const ITEMS: [&str; 4] = [
    "
/// Number # of our limits.
rule limit_# on order.place at amount {
  require pieces != 9#
    else TOO_MUCH \"{pieces} is too much\"
  deny when total == # USD as UNUSUAL
}
",
    "
rule asks_# on order.* {
  let land = seller.country otherwise \"NO\"
  when dear(total) and land == \"SE\" {
    // We had trouble with them.
    step_up when seller.score == #
      to fraud
      as UNUSUAL
  }
}
",
    "
rule risky_# on order.place at risk {
  risk +5 when seller.kind == # as UNUSUAL
  risk +1
    when pieces == 7# and note is present
    as TOO_MUCH
}
",
    "
test \"paper may be ordered, # times\" {
  given paper
  agent { id: \"a-#\" }
  expect allow
}
",
];

fn main() {
    let lines: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).expect("how many lines");
    let mut text = String::from(HEAD);
    let mut written = HEAD.lines().count();
    for (number, item) in ITEMS.iter().cycle().enumerate() {
        if written >= lines {
            break;
        }
        written += item.lines().count();
        let _ = write!(text, "{}", item.replace('#', &(number + 1).to_string()));
    }
    print!("{text}");
}
