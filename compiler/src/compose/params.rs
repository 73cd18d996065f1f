//! Parameters as they are declared: type, default, range, direction, and who may loosen them.

use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{Direction, LayerKind, Param, ParamValue, Scalar, Type, TypeId};
use lictor_grammar::ast::{self, DirectionKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::{Files, value};
use crate::names::Declared;
use crate::suggest;

const LAYERS: [(&str, LayerKind); 4] = [
    ("base", LayerKind::Base),
    ("category", LayerKind::Category),
    ("agent", LayerKind::Agent),
    ("user", LayerKind::User),
];

/// All parameters, sorted by name. One that is wrong is left out.
pub(crate) fn params(declared: &Declared<'_>, files: &Files<'_>, out: &mut Vec<Diagnostic>) -> Vec<Param> {
    let mut params = Vec::new();
    for (name, declaration) in &declared.params {
        if let Some(ty) = declared.param_types.get(name) {
            params.extend(param(declared, declaration, *ty, files, out));
        }
    }
    params
}

fn param(
    declared: &Declared<'_>,
    node: &ast::Param,
    ty: TypeId,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Param> {
    let kind = declared.schema.types.get(usize::from(ty))?;
    let is_set = matches!(kind, Type::Set { .. });
    if !is_set && !declared.schema.is_scalar(ty) {
        out.push(
            Diagnostic::error("E0404", node.ty.span, "a parameter is one value, or a Set")
                .help("declare a parameter for each field"),
        );
        return None;
    }
    let direction = direction(node, kind, out);
    let default = value::value(declared, ty, &node.values, node.name.span, files, out);
    let range = range(declared, node, ty, kind, out);
    let loosen_by = loosen_by(node, out);
    let (direction, default, range, loosen_by) = (direction?, default?, range?, loosen_by?);
    if let Some(range) = &range {
        let at = place(&node.values, node.name.span);
        let currencies = &declared.schema.currencies;
        in_range(&node.name.text, &default, range, at, node.name.span, currencies, out)?;
    }
    // Sets have no range. What a library leaves to whoever writes the base, such as the names of a house, is theirs to say as a whole.
    let named_by_base = is_set && loosen_by == [LayerKind::Base];
    if !loosen_by.is_empty() && range.is_none() && !named_by_base {
        let help = if is_set {
            "a set has no range: only the base can loosen it, `loosen by base`"
        } else {
            "give it a range: `range LEAST to GREATEST`"
        };
        out.push(
            Diagnostic::error(
                "E0406",
                node.name.span,
                format!("how far layers may loosen `{}` is not said", node.name.text),
            )
            .help(help),
        );
        return None;
    }
    Some(Param { name: node.name.text.clone(), ty, direction, loosen_by, default, range })
}

fn direction(node: &ast::Param, ty: &Type, out: &mut Vec<Diagnostic>) -> Option<Direction> {
    let name = &node.name.text;
    let fitting = match ty {
        Type::Set { .. } => "`subset` (an allowlist) or `superset` (a denylist)",
        Type::Bool => "`true` or `false`",
        Type::Int { .. }
        | Type::Decimal { .. }
        | Type::Money { .. }
        | Type::Duration { .. }
        | Type::Timestamp
        | Type::Date
        | Type::TimeOfDay => "`lower` or `higher`",
        _ => "",
    };
    let help = || match fitting {
        "" => "values of this type have no order: write `fixed`, and no layer changes it".to_string(),
        fitting => format!("write `stricter when` and {fitting}, or `fixed` if no layer may change it"),
    };
    let Some(written) = &node.direction else {
        out.push(
            Diagnostic::error(
                "E0405",
                node.name.span,
                format!("which value of `{name}` is stricter is not said"),
            )
            .help(help()),
        );
        return None;
    };
    let direction = match written.kind {
        DirectionKind::Lower => Direction::Lower,
        DirectionKind::Higher => Direction::Higher,
        DirectionKind::Subset => Direction::Subset,
        DirectionKind::Superset => Direction::Superset,
        DirectionKind::True => Direction::True,
        DirectionKind::False => Direction::False,
        DirectionKind::Fixed => Direction::Fixed,
    };
    let fits = match direction {
        Direction::Fixed => true,
        Direction::Lower | Direction::Higher => fitting.contains("lower"),
        Direction::Subset | Direction::Superset => fitting.contains("subset"),
        Direction::True | Direction::False => fitting.contains("true"),
    };
    if !fits {
        out.push(
            Diagnostic::error("E0405", written.span, format!("`{name}` is not stricter in this way"))
                .help(help()),
        );
        return None;
    }
    if direction == Direction::Fixed && !node.loosen_by.is_empty() {
        out.push(
            Diagnostic::error("E0405", written.span, format!("`{name}` is fixed, so no layer loosens it"))
                .help("remove `fixed`, or `loosen by`"),
        );
        return None;
    }
    Some(direction)
}

type Range = Option<(ParamValue, ParamValue)>;

fn range(
    declared: &Declared<'_>,
    node: &ast::Param,
    ty: TypeId,
    kind: &Type,
    out: &mut Vec<Diagnostic>,
) -> Option<Range> {
    let Some((first, _)) = node.range.first() else { return Some(None) };
    if matches!(
        kind,
        Type::Set { .. }
            | Type::Bool
            | Type::Text { .. }
            | Type::Country
            | Type::Enum(_)
            | Type::Weekday
            | Type::TimeZone
            | Type::Form(_)
    ) {
        out.push(
            Diagnostic::error("E0406", first.span, "only numbers, amounts and times have a range")
                .help("remove it"),
        );
        return None;
    }
    let money = matches!(kind, Type::Money { .. });
    if !money && node.range.len() > 1 {
        out.push(
            Diagnostic::error("E0406", first.span, "this parameter has one range")
                .help("only amounts of Money have several: one for each currency"),
        );
        return None;
    }
    let ty = crate::check::ty_of(&declared.schema, ty);
    let (mut low, mut high) = (Vec::new(), Vec::new());
    let mut wrong = false;
    for (least, greatest) in &node.range {
        let (a, b) = (value::scalar(declared, &ty, least, out), value::scalar(declared, &ty, greatest, out));
        let (Some(a), Some(b)) = (a, b) else {
            wrong = true;
            continue;
        };
        let mixed = matches!((&a, &b), (Scalar::Money(x, _), Scalar::Money(y, _)) if x != y);
        if mixed || a > b {
            let help = if mixed { "both ends are of one currency" } else { "the least value comes first" };
            out.push(
                Diagnostic::error("E0406", least.span.to(greatest.span), "nothing lies in this range")
                    .help(help),
            );
            wrong = true;
            continue;
        }
        low.push(a);
        high.push(b);
    }
    if wrong {
        return None;
    }
    if money {
        low.sort();
        high.sort();
        return Some(Some((ParamValue::Money(low), ParamValue::Money(high))));
    }
    Some(low.pop().zip(high.pop()).map(|(low, high)| (ParamValue::Scalar(low), ParamValue::Scalar(high))))
}

fn loosen_by(node: &ast::Param, out: &mut Vec<Diagnostic>) -> Option<Vec<LayerKind>> {
    let mut kinds = Vec::new();
    for layer in &node.loosen_by {
        let Some((_, kind)) = LAYERS.iter().find(|(name, _)| *name == layer.name.text) else {
            let help = suggest::help(&layer.name.text, LAYERS.map(|(name, _)| name), "name a kind of layer");
            out.push(
                Diagnostic::error(
                    "E0212",
                    layer.name.span,
                    format!("there is no kind of layer `{}`", layer.name.text),
                )
                .suggested(help),
            );
            return None;
        };
        kinds.push(*kind);
    }
    kinds.sort_unstable();
    kinds.dedup();
    Some(kinds)
}

/// Where the values of a parameter or a `set` stand.
pub(super) fn place(values: &[ast::ParamValue], otherwise: Span) -> Span {
    let span = |value: &ast::ParamValue| match value {
        ast::ParamValue::Expr(expr) => expr.span,
        ast::ParamValue::File(text) => text.span,
    };
    match (values.first(), values.last()) {
        (Some(first), Some(last)) => span(first).to(span(last)),
        _ => otherwise,
    }
}

/// Checks a value against a range, each currency for itself.
pub(crate) fn in_range(
    name: &str,
    value: &ParamValue,
    range: &(ParamValue, ParamValue),
    at: Span,
    declared: Span,
    currencies: &[(Currency, u8)],
    out: &mut Vec<Diagnostic>,
) -> Option<()> {
    let all = |value: &ParamValue| match value {
        ParamValue::Scalar(one) => vec![one.clone()],
        ParamValue::Money(many) | ParamValue::Set(many) => many.clone(),
    };
    let (lows, highs) = (all(&range.0), all(&range.1));
    for one in all(value) {
        let comparable = |end: &&Scalar| match (&one, end) {
            (Scalar::Money(a, _), Scalar::Money(b, _)) => a == b,
            _ => true,
        };
        let (low, high) = (lows.iter().find(comparable), highs.iter().find(comparable));
        let (Some(low), Some(high)) = (low, high) else {
            let what =
                if let Scalar::Money(currency, _) = one { format!(" for {currency}") } else { String::new() };
            out.push(
                Diagnostic::error("E0406", at, format!("`{name}` has no range{what}"))
                    .also(declared, "declared here")
                    .help("give a range for each currency: `range 0 USD to 5_000 USD, 0 EUR to 4_500 EUR`"),
            );
            return None;
        };
        if one < *low || one > *high {
            let message = format!("{} lies outside the range of `{name}`", show(&one, currencies));
            out.push(
                Diagnostic::error("E0406", at, message)
                    .here(format!("from {} to {}", show(low, currencies), show(high, currencies)))
                    .also(declared, "the range is declared here")
                    .help("choose a value in the range; only the base can widen it"),
            );
            return None;
        }
    }
    Some(())
}

/// A constant as a person writes it; `declared` are the currencies beyond ISO 4217.
pub(crate) fn show(value: &Scalar, declared: &[(Currency, u8)]) -> String {
    match value {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Decimal(value) => lictor_bundle::decimal::render_decimal(*value),
        Scalar::Money(currency, minor) => {
            let digits = currency.digits(declared).unwrap_or(0);
            format!("{} {currency}", lictor_bundle::amount::render_minor(*minor, digits))
        }
        Scalar::Text(text) | Scalar::Form(_, text) => format!("{text:?}"),
        Scalar::Pattern(pattern) => pattern.source.clone(),
        Scalar::Timestamp(value) => lictor_bundle::time::render_timestamp(*value),
        Scalar::Duration(value) => lictor_bundle::time::render_duration(*value),
        Scalar::Country(country) => country.to_string(),
        Scalar::Date(days) => lictor_bundle::civil::render_date(*days),
        Scalar::TimeOfDay(time) => lictor_bundle::civil::render_time_of_day(*time),
        Scalar::Weekday(weekday) => lictor_bundle::civil::render_weekday(*weekday).to_string(),
        Scalar::TimeZone(zone) => format!("\"{zone}\""),
        Scalar::Enum(_, value) => format!("value {value}"),
    }
}
