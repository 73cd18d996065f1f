//! How the score of a request comes about: weights and thresholds.

use lictor_bundle::schema::{Scalar, Weight};
use lictor_bundle::written::scalar;
use lictor_grammar::ast::ItemKind;
use maud::{Markup, html};

use super::Chapter;
use crate::book::Book;
use crate::prose::prose;

/// The risk model, where there is one.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let schema = &book.policy.program.schema;
    let items = book.policy.modules.iter().flat_map(|module| &module.ast.items);
    let mut models = items.filter(|item| matches!(item.kind, ItemKind::RiskModel(_))).peekable();
    models.peek()?;
    let lowered: Vec<_> = book
        .layers()
        .filter(|unit| unit.thresholds.step_up.is_some() || unit.thresholds.deny.is_some())
        .collect();
    let weights = |title: &str, weights: &[Weight]| -> Markup {
        html! {
            @if !weights.is_empty() {
                h2 { (title) }
                div.wide { table {
                    thead { tr { th { "Name" } th { "Weight" } } }
                    tbody {
                        @for one in weights {
                            tr { td { code { (one.name) } } td { (scalar(&Scalar::Decimal(one.weight), schema)) } }
                        }
                    }
                } }
            }
        }
    };
    let body = html! {
        h1 { "Risk" }
        @for item in models { (prose(&item.docs)) }
        p {
            "Every request that no rule refuses has a score from 0 to 100: the weights of its flags, the values of its amplifiers times their weights, and the points that rules add, "
            "rounded up and held at 100."
        }
        dl {
            dt { "A person is asked" } dd { "from a score of " strong { (schema.risk_step_up_at) } }
            dt { "Refused" } dd { "from a score of " strong { (schema.risk_deny_at) } }
            @for unit in &lowered {
                dt { (book.layer(&unit.key)) }
                dd {
                    @if let Some(at) = unit.thresholds.step_up { "a person is asked from " (at) " " }
                    @if let Some(at) = unit.thresholds.deny { "refused from " (at) }
                }
            }
        }
        (weights("Flags", &schema.flags))
        (weights("Amplifiers", &schema.amplifiers))
    };
    Some(Chapter::new("risk.html", "Risk", None, body))
}
