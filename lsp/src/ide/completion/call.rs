//! What may be written for a value of a normalizer: members of what the tool is sent, readers, and what these say.

use std::collections::BTreeMap;

use lictor_bundle::schema::TypeId;
use lictor_commands::{READERS, Reader, reader};
use lictor_grammar::ast::{Expr, ExprKind, Item as Written, ItemKind, MessagePiece, Normalize};
use lictor_grammar::cursor::MARKER;

use super::Here;
use super::item::{FITS, Item, LEADS, OTHER, Sort};
use super::value::of_language;
use crate::ide::readers;
use crate::ide::signature::built_in::{FUNCTIONS, METHODS};

/// What stands for the input of a call.
const INPUT: &str = "input";
/// The functions of the language's own that make a field of members.
const OF_MEMBERS: [&str; 4] = ["money", "money_minor", "size", "digest"];

/// What the mark stands for.
enum Sought<'a> {
    /// Something that a reader says.
    Said(&'static Reader),
    /// A member of the input, or of this member of it.
    Member(Vec<&'a str>),
    /// What a reader, or a function of members, is asked about.
    Argument,
    /// A value.
    Value,
}

impl Here<'_> {
    /// What may be written for a value of the normalizer that the place is in.
    pub(super) fn of_call(&self, items: &mut Vec<Item>) {
        let Some(ItemKind::Normalize(node)) = self.marked().map(|item| &item.kind) else { return };
        if let Some(sight) = self.look.sight.as_ref().filter(|sight| sight.of.is_some()) {
            return self.values(sight, items);
        }
        let in_when = node.when.as_ref().and_then(sought);
        let in_field = || {
            node.mappings
                .iter()
                .find_map(|mapping| Some((Some(mapping.field.text.as_str()), sought(&mapping.source)?)))
        };
        match in_when.map(|sought| (None, sought)).or_else(in_field) {
            Some((_, Sought::Said(reader))) => items.extend(said(reader)),
            Some((field, Sought::Member(path))) => self.members_sent(node, &path, field, items),
            Some((_, Sought::Argument)) => items.push(input()),
            Some((field, Sought::Value)) => self.of_normalizer(node, field, items),
            None => {}
        }
    }

    /// Values: what the condition compares, or what a field takes; and whatever is read from the input.
    fn of_normalizer(&self, node: &Normalize, field: Option<&str>, items: &mut Vec<Item>) {
        match (&self.look.sight, field) {
            (Some(sight), None) => self.values(sight, items),
            (_, Some(field)) => {
                if let Some(ty) = self.type_of_field(&node.action.text(), field) {
                    self.of_type(ty, items);
                }
                let functions = FUNCTIONS.iter().filter(|one| OF_MEMBERS.contains(&one.name));
                items.extend(functions.map(|function| of_language(function, Sort::Function)));
            }
            (None, None) => {}
        }
        items.push(input());
        items.extend(READERS.iter().map(|reader| {
            let says: Vec<String> = reader.fields.iter().map(|field| format!("`{}`", field.name)).collect();
            Item::new(Sort::Function, reader.name, LEADS)
                .detail(format!("({})", readers::takes(reader)))
                .told(&readers::about(reader))
                .told(&format!("It says {}.", says.join(", ")))
                .snippet(format!("{}(input.${{1:command}})", reader.name))
        }));
    }

    /// The members that normalizers of the tool speak of, within this one; and for a field a member of its name.
    fn members_sent(&self, node: &Normalize, within: &[&str], field: Option<&str>, items: &mut Vec<Item>) {
        let mut found: BTreeMap<String, &str> = BTreeMap::new();
        let same = |item: &Written| matches!(&item.kind, ItemKind::Normalize(other) if other.tool.value == node.tool.value);
        for (module, item) in self.all().filter(|(_, item)| same(item)) {
            let ItemKind::Normalize(other) = &item.kind else { continue };
            for path in spoken_of(other) {
                if let Some([next, ..]) = path.strip_prefix(within)
                    && *next != MARKER
                {
                    found.entry((*next).to_owned()).or_insert(&module.name);
                }
            }
        }
        // What is only compared is a text.
        if field.is_none() && !within.is_empty() {
            items.extend(METHODS.iter().map(|method| of_language(method, Sort::Method)));
        }
        let is_new = |name: &&str| within.is_empty() && !found.contains_key(*name);
        if let Some(name) = field.filter(is_new) {
            items.push(Item::new(Sort::Part, name, LEADS).told("A member that is called like the field."));
        }
        let tool = &node.tool.value;
        items.extend(found.into_iter().map(|(name, module)| {
            let about = format!("A member of what `{tool}` is sent, by a normalizer in `{module}`.");
            Item::new(Sort::Part, name, FITS).told(&about)
        }));
    }

    fn type_of_field(&self, action: &str, field: &str) -> Option<TypeId> {
        let schema = &self.look.schema;
        let declared = schema.actions.iter().find(|declared| declared.name == action)?;
        let request = schema.records.get(usize::from(declared.request))?;
        request.fields.iter().find(|one| one.name == field).map(|one| one.ty)
    }
}

fn input() -> Item {
    Item::new(Sort::Part, INPUT, OTHER).told("What the tool is sent.").text("input.")
}

/// What a reader says.
fn said(reader: &'static Reader) -> impl Iterator<Item = Item> {
    reader.fields.iter().map(|field| {
        let item = Item::new(Sort::Part, field.name, FITS).detail(readers::type_of(field));
        item.told(&readers::about_field(reader, field))
    })
}

/// What the mark in an expression stands for; nothing where it is not in it.
fn sought(expr: &Expr) -> Option<Sought<'_>> {
    let is_mark = |expr: &Expr| matches!(&expr.kind, ExprKind::Name(name) if name == MARKER);
    match &expr.kind {
        ExprKind::Field(of, name) if name.text == MARKER => match readers::asked(of) {
            Some((reader, _)) => Some(Sought::Said(reader)),
            None if matches!(&of.kind, ExprKind::Name(root) if root == INPUT) => {
                Some(Sought::Member(Vec::new()))
            }
            None => member(of).map(Sought::Member),
        },
        ExprKind::Call(function, arguments)
            if arguments.iter().any(is_mark)
                && (reader(&function.text).is_some() || OF_MEMBERS.contains(&function.text.as_str())) =>
        {
            Some(Sought::Argument)
        }
        _ if is_mark(expr) => Some(Sought::Value),
        _ => expr.children().find_map(sought),
    }
}

/// The members that a normalizer speaks of: those that it reads, and those that it ignores.
fn spoken_of(node: &Normalize) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    let exprs = node.when.iter().chain(node.mappings.iter().map(|mapping| &mapping.source));
    exprs.for_each(|expr| members(expr, &mut found));
    for path in &node.ignored {
        let names: Vec<&str> = path.names.iter().map(|name| name.text.as_str()).collect();
        found.push(names.strip_prefix(&[INPUT]).filter(|rest| !rest.is_empty()).unwrap_or(&names).to_vec());
    }
    found
}

fn members<'e>(expr: &'e Expr, into: &mut Vec<Vec<&'e str>>) {
    match (&expr.kind, member(expr)) {
        (_, Some(path)) => into.push(path),
        (ExprKind::Filled(message), None) => {
            for piece in &message.pieces {
                if let MessagePiece::Path(path) = piece {
                    into.push(path.names.iter().skip(1).map(|name| name.text.as_str()).collect());
                }
            }
        }
        _ => expr.children().for_each(|child| members(child, into)),
    }
}

/// The member that `input.a.b` names.
fn member(expr: &Expr) -> Option<Vec<&str>> {
    let ExprKind::Field(of, name) = &expr.kind else { return None };
    let mut path = match &of.kind {
        ExprKind::Name(root) if root == INPUT => Vec::new(),
        _ => member(of)?,
    };
    path.push(&name.text);
    Some(path)
}
