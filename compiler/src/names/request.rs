//! The shape of a request: the envelope that every action shares, then the action's own fields; and the rest of the
//! schema.

use std::collections::BTreeMap;

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{
    Action, Approver, Described, Disposition, Fact, Field, RecordId, RoleId, Type, TypeId,
};
use lictor_bundle::shape::STATE_NAME;
use lictor_grammar::ast::{self, DispositionKind, ExprKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Declared;
use super::collect::{Collected, ENVELOPE};
use super::marks;
use super::types::Resolver;
use crate::history::Terms;
use crate::ids;
use crate::suggest;

const ENVELOPE_RECORDS: [&str; 4] = ["Agent", "User", "Mandate", "Context"];

/// Where a score leads when the base says nothing: a person is asked from 40, an action is refused from 80.
const DEFAULT_THRESHOLDS: (u8, u8) = (40, 80);

pub(super) fn build<'a>(collected: Collected<'a>, out: &mut Vec<Diagnostic>) -> Declared<'a> {
    let mut resolver = Resolver::new(&collected);
    for (name, declared) in &collected.records {
        let taken = ENVELOPE_RECORDS.contains(name)
            || ["Tier", STATE_NAME].contains(name)
            || collected.enums.contains_key(name);
        if taken {
            out.push(
                there_already(name, declared.name.span)
                    .help("choose another name; fields are added with `extend`"),
            );
        }
    }
    if let Some(declared) = collected.enums.get(STATE_NAME) {
        out.push(
            there_already(STATE_NAME, declared.name.span)
                .help("choose another name: these are the states of Sourced values"),
        );
    }
    let envelope = envelope(&mut resolver, out);
    resolver.all_records(out);
    let actions = actions(&mut resolver, &envelope, out);
    let facts = facts(&mut resolver, out);
    let inputs = super::tools::inputs(&mut resolver, out);
    let (fn_types, param_types) = signatures(&mut resolver, out);
    let (mut schema, mut lost) = (resolver.schema, resolver.lost);
    lost.extend(collected.lost.iter().cloned());
    schema.currencies = super::currency::currencies(&collected.currencies, out);
    schema.actions = actions;
    schema.facts = facts;
    schema.roles = collected.roles.values().map(|role| described(role)).collect();
    schema.reasons = collected.reasons.values().map(|reason| described(reason)).collect();
    schema.categories = collected.categories.keys().map(|name| (*name).to_string()).collect();
    schema.escalate = collected.escalate.and_then(|(node, _)| {
        let role = role_id(&collected, &node.to, out)?;
        let within = match &node.within {
            None => None,
            Some(expr) => Some(duration(expr, out)?),
        };
        Some(Approver { role, quorum: 1, within })
    });
    (schema.risk_step_up_at, schema.risk_deny_at) = thresholds(&collected, out);
    (schema.flags, schema.amplifiers) = super::weights::weights(&collected, out);
    // The dispositions of actions name roles, so they are read when everything else is known.
    for action in schema.actions.iter_mut().filter(|action| !action.event) {
        if let Some(declared) = collected.actions.get(&action.name)
            && let Some(written) = &declared.default
            && let Some(default) = disposition(&collected, written, schema.escalate.as_ref(), out)
        {
            action.default = default;
        }
    }
    let controls = super::frameworks::cited(&collected, out);
    let records = collected.records.iter().map(|(name, node)| ((*name).to_owned(), node.name.span));
    let places =
        collected.actions.iter().map(|(name, node)| (name.clone(), node.name.span)).chain(records).collect();
    Declared {
        schema,
        places,
        layers: collected.layers,
        params: collected.params,
        fns: collected.fns,
        categories: collected.categories,
        calendars: collected.calendars,
        fn_types,
        lost,
        param_types,
        controls: controls.into_iter().map(|(control, _)| control).collect(),
        inputs,
        terms: Terms::default(),
        heard: None,
    }
}

fn there_already(name: &str, at: Span) -> Diagnostic {
    Diagnostic::error("E0205", at, format!("the type `{name}` is there already"))
}

/// The records of the envelope with what `extend` adds to them: their types, in the order of [`ENVELOPE`].
fn envelope(resolver: &mut Resolver<'_, '_>, out: &mut Vec<Diagnostic>) -> Vec<TypeId> {
    let text = resolver.intern(Type::Text { max: super::DEFAULT_TEXT_MAX });
    let timestamp = resolver.intern(Type::Timestamp);
    let money = resolver.intern(Type::Money { signed: false });
    let country = resolver.intern(Type::Country);
    let scopes = resolver.intern(Type::List { element: text, min: 1, max: 64 });
    let mut optional = |ty| resolver.intern(Type::Optional(ty));
    let (maybe_text, maybe_time, maybe_money) = (optional(text), optional(timestamp), optional(money));
    let (maybe_scopes, maybe_country) = (optional(scopes), optional(country));
    let field = |name: &str, ty| Field { name: name.to_string(), ty, marks: Marks::NONE };
    let mut agent = vec![field("id", text)];
    if let Some(tiers) = resolver.schema.tiers {
        agent.push(field("tier", resolver.intern(Type::Enum(tiers))));
    }
    // Who a person is says something about them.
    let user = vec![Field { marks: Marks { pii: true, ..Marks::NONE }, ..field("id", text) }];
    let mandate = vec![
        field("scope", maybe_scopes),
        field("ceiling", maybe_money),
        field("issued_at", maybe_time),
        field("expires_at", maybe_time),
        field("nonce", maybe_text),
    ];
    let context = vec![field("now", timestamp), field("ip_country", maybe_country)];
    let mut parts = [agent, user, mandate, context];
    let collected = resolver.collected;
    for extension in &collected.extensions {
        let name = &extension.name;
        let Some(part) = ENVELOPE_RECORDS.iter().position(|record| *record == name.text) else {
            let help =
                suggest::help(&name.text, ENVELOPE_RECORDS, "add fields to a record where it is declared");
            out.push(
                Diagnostic::error("E0213", name.span, format!("`{}` is no part of every request", name.text))
                    .suggested(help),
            );
            continue;
        };
        let Some(fields) = parts.get_mut(part) else { continue };
        for (added, written) in resolver.fields(&extension.fields, out).into_iter().zip(&extension.fields) {
            if fields.iter().any(|field| field.name == added.name) {
                let message = format!("`{}` has a field `{}` already", name.text, added.name);
                out.push(Diagnostic::error("E0205", written.name.span, message).help("choose another name"));
                continue;
            }
            if !written.ty.optional {
                out.push(
                    Diagnostic::error("E0213", written.ty.span, "a field added to every request is optional")
                        .help(format!(
                            "write `{}: {}?`: requests that were written before it must stay valid",
                            added.name, written.ty.name.text
                        )),
                );
                continue;
            }
            fields.push(added);
        }
    }
    parts
        .into_iter()
        .zip(ENVELOPE_RECORDS)
        .map(|(fields, name)| {
            let id = resolver.add_record(name.to_string(), fields);
            let record = resolver.intern(Type::Record(id));
            // Who delegates, and by which mandate, may be left out.
            if matches!(name, "User" | "Mandate") { resolver.intern(Type::Optional(record)) } else { record }
        })
        .collect()
}

fn actions(resolver: &mut Resolver<'_, '_>, envelope: &[TypeId], out: &mut Vec<Diagnostic>) -> Vec<Action> {
    let collected = resolver.collected;
    let mut actions = Vec::new();
    for (name, declared) in &collected.actions {
        let shared = ENVELOPE.iter().zip(envelope);
        // Who asks, for whom, by which mandate and when is the host's to say.
        let marks = Marks::ATTESTED;
        let mut fields: Vec<Field> =
            shared.map(|(name, ty)| Field { name: (*name).to_string(), ty: *ty, marks }).collect();
        fields.extend(resolver.fields(&declared.fields, out));
        let unbound = unbound(declared, out);
        let request: RecordId = resolver.add_record(format!("request {name}"), fields);
        let mut flags: Vec<String> = Vec::new();
        for flag in &declared.flags {
            if !flags.contains(&flag.text) {
                flags.push(flag.text.clone());
            }
        }
        // The strictest, until what was written is read.
        let event = collected.events.contains(name);
        let (flags, unbound) = if event { Default::default() } else { (flags, unbound) };
        actions.push(Action {
            name: name.clone(),
            request,
            flags,
            default: Disposition::Deny,
            unbound,
            event,
        });
    }
    for (name, declared) in &collected.actions {
        if declared.default.is_none() && !collected.events.contains(name) {
            let name = &declared.name;
            out.push(
                Diagnostic::error(
                    "E0222",
                    name.span,
                    format!("the action `{}` does not say its default", name.text()),
                )
                .help(
                    "say the least that happens to it: `default allow`, `default step_up` or `default deny`",
                ),
            );
        }
    }
    actions
}

fn unbound(action: &ast::Action, out: &mut Vec<Diagnostic>) -> Vec<Described> {
    let mut found = Vec::new();
    for unbound in &action.unbound {
        let known = || action.fields.iter().map(|field| field.name.text.as_str());
        if known().any(|name| name == unbound.field.text) {
            found.push(Described { name: unbound.field.text.clone(), text: unbound.because.value.clone() });
        } else {
            let help = suggest::help(
                &unbound.field.text,
                known().collect::<Vec<_>>(),
                "name a field of this action",
            );
            let message = format!("`{}` has no field `{}`", action.name.text(), unbound.field.text);
            out.push(Diagnostic::error("E0208", unbound.field.span, message).suggested(help));
        }
    }
    found
}

fn facts(resolver: &mut Resolver<'_, '_>, out: &mut Vec<Diagnostic>) -> Vec<Fact> {
    let collected = resolver.collected;
    let mut facts = Vec::new();
    for (name, declared) in &collected.facts {
        let params = resolver.fields(&declared.params, out);
        for (param, written) in params.iter().zip(&declared.params) {
            let asked = "what a fact is asked with is taken from where it is asked";
            marks::not_attested(param.marks, &written.ty, asked, out);
            if !resolver.schema.is_scalar(param.ty) {
                out.push(
                    Diagnostic::error(
                        "E0218",
                        written.ty.span,
                        "a fact is asked with single values that are always there",
                    )
                    .help("pass the fields that the look-up needs"),
                );
            }
        }
        if let Some((result, marks)) = resolver.resolve_marked(&declared.result, out) {
            marks::not_attested(marks, &declared.result, "the host answers facts", out);
            facts.push(Fact { name: (*name).to_string(), params, result, marks });
        }
    }
    facts
}

type Signatures<'a> = (BTreeMap<&'a str, (Vec<TypeId>, TypeId)>, BTreeMap<&'a str, TypeId>);

/// The types that functions and parameters are declared with.
fn signatures<'a>(resolver: &mut Resolver<'_, 'a>, out: &mut Vec<Diagnostic>) -> Signatures<'a> {
    let collected = resolver.collected;
    let (mut fns, mut params) = (BTreeMap::new(), BTreeMap::new());
    for (name, declared) in &collected.fns {
        let arguments: Vec<Option<TypeId>> =
            declared.params.iter().map(|param| resolver.resolve(&param.ty, out)).collect();
        let result = resolver.resolve(&declared.result, out);
        if let (Some(arguments), Some(result)) = (arguments.into_iter().collect(), result) {
            fns.insert(*name, (arguments, result));
        }
    }
    for (name, declared) in &collected.params {
        if let Some(ty) = resolver.resolve(&declared.ty, out) {
            params.insert(*name, ty);
        }
    }
    (fns, params)
}

fn described(node: &ast::Described) -> Described {
    Described {
        name: node.name.text.clone(),
        text: node.text.as_ref().map(|text| text.value.clone()).unwrap_or_default(),
    }
}

/// The role of this name; `Some(None)` for `user`, the delegating person.
fn role_id(collected: &Collected<'_>, name: &ast::Name, out: &mut Vec<Diagnostic>) -> Option<Option<RoleId>> {
    find_role(collected.roles.keys().copied(), name, out)
}

/// Finds a role among names that stand in the order of their ids.
pub(crate) fn find_role<'n>(
    names: impl Iterator<Item = &'n str> + Clone,
    name: &ast::Name,
    out: &mut Vec<Diagnostic>,
) -> Option<Option<RoleId>> {
    if name.text == "user" {
        return Some(None);
    }
    match names.clone().position(|role| role == name.text) {
        Some(found) => Some(Some(ids::number(found))),
        None => {
            let known: Vec<&str> = names.chain(["user"]).collect();
            let help = suggest::help(&name.text, known, "declare it: `roles { NAME \"who they are\" }`");
            out.push(
                Diagnostic::error("E0209", name.span, format!("there is no role `{}`", name.text))
                    .suggested(help),
            );
            None
        }
    }
}

/// A duration literal, in milliseconds.
pub(crate) fn duration(expr: &ast::Expr, out: &mut Vec<Diagnostic>) -> Option<i64> {
    let read = match &expr.kind {
        ExprKind::Duration(text) => lictor_grammar::literal::duration(text).ok(),
        _ => None,
    };
    let message = match read {
        Some(0) => "nobody can answer within no time",
        Some(_) => return read,
        None => "this is no length of time",
    };
    out.push(
        Diagnostic::error("E0301", expr.span, message).help("write a number and a unit: `15m`, `24h`, `7d`"),
    );
    None
}

fn disposition(
    collected: &Collected<'_>,
    written: &ast::Disposition,
    escalate: Option<&Approver>,
    out: &mut Vec<Diagnostic>,
) -> Option<Disposition> {
    read_disposition(collected.roles.keys().copied(), written, escalate, out)
}

/// A disposition as written, its role looked up.
pub(crate) fn read_disposition<'n>(
    roles: impl Iterator<Item = &'n str> + Clone,
    written: &ast::Disposition,
    escalate: Option<&Approver>,
    out: &mut Vec<Diagnostic>,
) -> Option<Disposition> {
    match (written.kind, &written.to) {
        (DispositionKind::Allow, _) => Some(Disposition::Allow),
        (DispositionKind::Deny, _) => Some(Disposition::Deny),
        (DispositionKind::StepUp, Some(name)) => {
            let role = find_role(roles, name, out)?;
            Some(Disposition::StepUp(Approver { role, quorum: 1, within: None }))
        }
        (DispositionKind::StepUp, None) => match escalate {
            Some(approver) => Some(Disposition::StepUp(approver.clone())),
            None => {
                out.push(nobody(written.span));
                None
            }
        },
    }
}

/// A step_up that names nobody, in a project that says nowhere who answers then.
pub(crate) fn nobody(span: lictor_grammar::span::Span) -> Diagnostic {
    Diagnostic::error("E0210", span, "nobody is asked: this names no role, and there is no `escalate` line")
        .help("write `step_up … to ROLE`, or say in the base who answers: `escalate to ROLE within 15m`")
}

fn thresholds(collected: &Collected<'_>, out: &mut Vec<Diagnostic>) -> (u8, u8) {
    let Some((model, span)) = collected.risk else { return DEFAULT_THRESHOLDS };
    let mut read = |number: &Option<ast::Number>, default: u8| match number {
        None => default,
        Some(number) => match number.text.parse::<u8>() {
            Ok(value) if (1..=100).contains(&value) => value,
            _ => {
                out.push(
                    Diagnostic::error("E0223", number.span, "a threshold is a whole number from 1 to 100")
                        .help("the score of a request never passes 100"),
                );
                default
            }
        },
    };
    let (step_up, deny) =
        (read(&model.step_up_at, DEFAULT_THRESHOLDS.0), read(&model.deny_at, DEFAULT_THRESHOLDS.1));
    if step_up > deny {
        out.push(
            Diagnostic::error(
                "E0223",
                span,
                format!("a person would never be asked: {step_up} lies above {deny}"),
            )
            .help("let `step_up at` be the lower of the two"),
        );
    }
    (step_up, deny)
}
