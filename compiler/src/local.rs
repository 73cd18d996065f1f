//! Local time: what a clock shows in a zone is a fact of the language's own, declared where a rule or a function asks for it.

use lictor_bundle::civil::{LOCAL_TIME, LOCAL_TIME_TABLE};
use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Fact, Field, Record, Schema, Type, TypeId};
use lictor_grammar::ast::{Expr, ExprKind, Item};

use crate::check::is_question;
use crate::history::walk;
use crate::ids;

/// The fields of the answer, by their numbers.
pub(crate) const DATE: u16 = 0;
/// The time of day.
pub(crate) const TIME: u16 = 1;

/// Declares the fact, where one of these items asks for it. The facts are sorted by whoever declares the last ones.
pub(crate) fn declare(items: &[&Item], schema: &mut Schema) {
    let mut asked = false;
    items.iter().for_each(|item| walk::expressions(item, &mut |expr| asked |= asks(expr)));
    if !asked || schema.facts.iter().any(|fact| fact.name == LOCAL_TIME) {
        return;
    }
    let field = |name: &str, ty: TypeId| Field { name: name.to_string(), ty, marks: Marks::NONE };
    let (at, zone) = (ids::intern(schema, Type::Timestamp), ids::intern(schema, Type::TimeZone));
    let fields = vec![
        field("date", ids::intern(schema, Type::Date)),
        field("time", ids::intern(schema, Type::TimeOfDay)),
        field("table", ids::intern(schema, Type::Text { max: LOCAL_TIME_TABLE })),
    ];
    let id = ids::number(schema.records.len());
    schema.records.push(Record { name: LOCAL_TIME.to_string(), fields });
    let result = ids::intern(schema, Type::Record(id));
    let params = vec![field("at", at), field("zone", zone)];
    schema.facts.push(Fact { name: LOCAL_TIME.to_string(), params, result, marks: Marks::NONE });
}

/// Whether this asks a clock that is not known to be that of UTC.
pub(crate) fn asks(expr: &Expr) -> bool {
    let ExprKind::Call(name, arguments) = &expr.kind else { return false };
    let utc = |zone: &Expr| matches!(&zone.kind, ExprKind::String(text) if text == "UTC");
    is_question(&name.text) && matches!(arguments.as_slice(), [_, zone] if !utc(zone))
}
