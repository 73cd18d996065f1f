//! Values: names that mean something at a place, and fields of what stands before a dot. What is of the type that fits comes first.

use lictor_bundle::form::{Form, Part};
use lictor_bundle::schema::{RecordId, Schema, TypeId};
use lictor_bundle::shape::SourcePart;
use lictor_bundle::written::plain_type_name;
use lictor_compiler::sight::{Sight, Visible};
use lictor_compiler::typed::Ty;
use lictor_grammar::ast::{Field, Item as Written, ItemKind};
use lictor_grammar::keywords::Keyword;

use super::Here;
use super::declared::declared;
use super::item::{ELSEWHERE, FITS, Item, LEADS, OTHER, Sort, stop};
use super::named::stands_for;
use super::words;
use crate::ide::names::Kind;
use crate::ide::signature::built_in::{BuiltIn, FUNCTIONS, METHODS};

/// The functions of the language's own that stand for values of files and of tools only.
const NOT_IN_RULES: [&str; 4] = ["file", "money", "money_minor", "digest"];
/// Those that ask about the past, which only rules do.
const OF_THE_PAST: [&str; 4] = ["times", "total", "distinct", "latest"];

impl Here<'_> {
    fn schema(&self) -> &Schema {
        &self.look.schema
    }

    /// What may be written where the checks came by the mark.
    pub(super) fn values(&self, sight: &Sight, items: &mut Vec<Item>) {
        if let Some(of) = &sight.of {
            return self.members(of, items);
        }
        if sight.is_calendar {
            return self.of_kinds(&[Kind::Calendar], None, items);
        }
        let want = sight.want.as_ref();
        self.enum_words(want, items);
        self.literals(want, items);
        for local in sight.locals.iter().rev() {
            items.push(self.visible(local, Kind::Local, want).told("A name of this item's own."));
        }
        for root in &sight.roots {
            let kind =
                if words::envelope(&root.name).is_some() { Kind::Envelope } else { Kind::RequestField };
            let item = self.visible(root, kind, want);
            let docs =
                self.field_of_action(&root.name).map(|field| field.docs.join("\n")).unwrap_or_default();
            let item = item.told(&docs);
            items.push(match words::envelope(&root.name) {
                Some(about) => item.told(about),
                None if self.is_in(&[Keyword::Normalize]) => item.told("What the condition reads already."),
                None => item.told("A field of the action."),
            });
        }
        let callable = [Kind::Function, Kind::Fact];
        let all = [Kind::Param, Kind::Function, Kind::Fact];
        // Which category a request is in, and what an exception rests on, does not depend on parameters; nor are facts asked for a category.
        let kinds = match self.look.cursor.item {
            Some(Keyword::Category | Keyword::Normalize) => callable.get(..1),
            Some(Keyword::Except) => callable.get(..),
            _ => all.get(..),
        };
        self.of_kinds(kinds.unwrap_or_default(), want, items);
        self.built_in(items);
    }

    fn visible(&self, name: &Visible, kind: Kind, want: Option<&Ty>) -> Item {
        let rank = rank(&name.ty, want);
        Item::new(Sort::Name(kind), &name.name, rank).detail(name.ty.written(self.schema()))
    }

    /// What is declared of these kinds, and means something everywhere.
    fn of_kinds(&self, kinds: &[Kind], want: Option<&Ty>, items: &mut Vec<Item>) {
        let wanted = want.map(|want| want.present().written(self.schema()));
        for (module, item) in self.all() {
            for found in declared(item, kinds, &|span| self.flat(span)) {
                let gives = found.ty.map(|ty| ty.name.text.as_str());
                let mut offered = found.offered(&module.name);
                if gives.is_some() && gives == wanted.as_deref() {
                    offered.rank = FITS;
                }
                items.push(match &item.kind {
                    ItemKind::Fn(node) => called(offered, node.params.iter().map(|param| &*param.name.text)),
                    ItemKind::Fact(node) => {
                        called(offered, node.params.iter().map(|param| &*param.name.text))
                    }
                    _ => offered,
                });
            }
        }
        for kind in kinds {
            self.elsewhere(*kind, &|_| true, items);
        }
        items.iter_mut().filter(|item| !item.edits.is_empty()).for_each(|item| item.rank = ELSEWHERE);
    }

    fn built_in(&self, items: &mut Vec<Item>) {
        let in_rule = self.is_in(&[Keyword::Rule]);
        let no_calendar = self.schema().calendars.is_empty();
        let is_apart = |function: &&BuiltIn| {
            NOT_IN_RULES.contains(&function.name)
                || (no_calendar && function.name.ends_with("business_days"))
                || (!in_rule && OF_THE_PAST.contains(&function.name))
        };
        let fits = |function: &&BuiltIn| !is_apart(function);
        items.extend(FUNCTIONS.iter().filter(fits).map(|function| of_language(function, Sort::Function)));
    }

    /// The words of an enum, or the days of the week, where one of them is wanted.
    pub(super) fn enum_words(&self, want: Option<&Ty>, items: &mut Vec<Item>) {
        match want.map(Ty::present) {
            Some(Ty::Enum(id)) => {
                let Some(declared) = self.schema().enums.get(usize::from(*id)) else { return };
                let is_tiers = self.schema().tiers == Some(*id);
                let kind = if is_tiers { Kind::Tier } else { Kind::Word };
                let about = if is_tiers {
                    String::from("A tier of agents.")
                } else {
                    format!("A value of `{}`.", declared.name)
                };
                let docs = self.all().find_map(|(_, item)| match &item.kind {
                    ItemKind::Enum(node) if node.name.text == declared.name => Some(item.docs.join("\n")),
                    _ => None,
                });
                for word in &declared.values {
                    let item = Item::new(Sort::Name(kind), word, FITS).detail(&declared.name);
                    items.push(item.told(docs.as_deref().unwrap_or_default()).told(&about));
                }
            }
            Some(Ty::Weekday) => items.extend(words::WEEKDAYS.iter().map(|day| {
                Item::new(Sort::Literal, *day, FITS).detail("Weekday").told("A day of the week.")
            })),
            _ => {}
        }
    }

    /// How values of a type are written that have no name.
    pub(super) fn literals(&self, want: Option<&Ty>, items: &mut Vec<Item>) {
        match want.map(Ty::present) {
            Some(Ty::Country) => return self.countries(items),
            Some(Ty::TimeZone) => return self.zones(items),
            _ => {}
        }
        let mut literal = |label: String, snippet: String, detail: &str, about: &str| {
            items.push(Item::new(Sort::Literal, label, LEADS).detail(detail).told(about).snippet(snippet));
        };
        match want.map(Ty::present) {
            Some(Ty::Money) => {
                for code in self.currencies() {
                    let about = "An amount: a number, and the code of its currency.";
                    literal(format!("100 {code}"), format!("${{1:100}} {code}"), "Money", about);
                }
            }
            Some(Ty::Duration) => {
                for (length, about) in
                    [("15m", "Fifteen minutes."), ("24h", "24 hours."), ("7d", "Seven days of 24 hours.")]
                {
                    let (number, unit) = length.split_at(length.len() - 1);
                    literal(length.to_owned(), format!("${{1:{number}}}{unit}"), "Duration", about);
                }
            }
            _ => {}
        }
    }

    /// What stands behind the dot of a value of this type.
    fn members(&self, of: &Ty, items: &mut Vec<Item>) {
        match of.present() {
            Ty::Record(id) => self.fields(*id, &[], items),
            Ty::Text => items.extend(METHODS.iter().map(|method| of_language(method, Sort::Method))),
            Ty::Form(form) => {
                let parts = Part::ALL.into_iter().filter(|part| part.of() == *form);
                items.extend(parts.map(|part| {
                    Item::new(Sort::Part, part.name(), FITS)
                        .detail(part.result().map_or("String", Form::name))
                }));
                items.extend(METHODS.iter().map(|method| of_language(method, Sort::Method)));
            }
            Ty::Sourced(record) => {
                let Some(source) = self.schema().source(*record) else { return };
                for part in SourcePart::ALL {
                    let ty = plain_type_name(source.part(part), self.schema());
                    items.push(Item::new(Sort::Part, part.name(), FITS).detail(ty).told(words::source(part)));
                }
            }
            _ => {}
        }
    }

    /// The fields of a record but these.
    pub(super) fn fields(&self, id: RecordId, but: &[&str], items: &mut Vec<Item>) {
        let Some(record) = self.schema().records.get(usize::from(id)) else { return };
        for field in record.fields.iter().filter(|field| !but.contains(&field.name.as_str())) {
            items.push(self.field(Kind::Field, &record.name, &field.name, field.ty));
        }
    }

    /// A field as it is offered. Of a record or of an action, whose name `of` is.
    pub(super) fn field(&self, kind: Kind, of: &str, name: &str, ty: TypeId) -> Item {
        let written = self.all().find_map(|(_, item)| field_in(item, kind, of, name));
        let docs = written.map(|field| field.docs.join("\n")).unwrap_or_default();
        let item = Item::new(Sort::Name(kind), name, FITS).detail(plain_type_name(ty, self.schema()));
        let whose = if kind == Kind::RequestField { "action" } else { "record" };
        item.told(&docs).told(&format!("A field of the {whose} `{of}`."))
    }

    /// The declaration of a field of the actions that the item is about.
    fn field_of_action(&self, name: &str) -> Option<&Field> {
        let is_about = |action: &str| match self.marked().map(|item| &item.kind) {
            Some(ItemKind::Rule(rule)) => rule.on.iter().any(|pattern| stands_for(pattern, action)),
            Some(ItemKind::Action(node)) => node.name.text() == action,
            _ => true,
        };
        self.all().find_map(|(_, item)| match &item.kind {
            ItemKind::Action(node) | ItemKind::Event(node) if is_about(&node.name.text()) => {
                node.fields.iter().find(|field| field.name.text == name)
            }
            _ => None,
        })
    }
}

fn field_in<'a>(item: &'a Written, kind: Kind, of: &str, name: &str) -> Option<&'a Field> {
    let fields = match &item.kind {
        ItemKind::Record(node) | ItemKind::Extend(node) if kind == Kind::Field && node.name.text == of => {
            &node.fields
        }
        ItemKind::Action(node) | ItemKind::Event(node)
            if kind == Kind::RequestField && node.name.text() == of =>
        {
            &node.fields
        }
        _ => return None,
    };
    fields.iter().find(|field| field.name.text == name)
}

/// How well a type fits where another is wanted.
fn rank(ty: &Ty, want: Option<&Ty>) -> u8 {
    let Some(want) = want.map(Ty::present) else { return OTHER };
    match (ty.present(), want) {
        (ty, want) if ty == want => FITS,
        (Ty::Int, Ty::Decimal) | (Ty::Decimal, Ty::Int) => FITS,
        (Ty::List { .. }, Ty::List { .. }) | (Ty::Set { .. }, Ty::Set { .. }) => FITS,
        (Ty::Record(_) | Ty::Sourced(_), _) => LEADS,
        // What holds or not is asked of something.
        (_, Ty::Bool) => LEADS,
        _ => OTHER,
    }
}

/// A function of the author's, with stops for what it takes.
fn called<'n>(item: Item, params: impl Iterator<Item = &'n str>) -> Item {
    let stops: Vec<String> = params.zip(1..).map(|(name, number)| stop(number, name)).collect();
    let snippet = format!("{}({})", item.label, stops.join(", "));
    item.snippet(snippet)
}

pub(super) fn of_language(function: &BuiltIn, sort: Sort) -> Item {
    let rank = if sort == Sort::Method { FITS } else { OTHER };
    let takes = function.takes.join(function.between);
    let item = Item::new(sort, function.name, rank).detail(format!("({takes}) -> {}", function.gives));
    let stops: Vec<String> = function
        .takes
        .iter()
        .zip(1..)
        .map(|(taken, number)| match taken.split_once(" in ") {
            Some((variable, over)) if function.between == ": " && number == 1 => {
                format!("{} in {}", stop(1, variable), stop(2, over))
            }
            _ if function.between == ": " => stop(number + 1, taken),
            // What a question about the past is made of is shown beside it.
            _ if taken.contains(['[', ' ']) && !taken.contains(':') => format!("${number}"),
            _ => stop(number, taken.split(':').next().unwrap_or_default()),
        })
        .collect();
    item.told(function.about).snippet(format!("{}({})", function.name, stops.join(function.between)))
}
