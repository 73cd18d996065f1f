//! Where the fields of an action come from.

use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{ActionId, Field, Type, TypeId};
use lictor_bundle::tools::{Asked, CurrencySource, InputPath, Mapping, Piece, Source, least as least_bytes};
use lictor_bundle::verify::{answers, fits, holds_attested, is_of_type};
use lictor_commands::{FieldType, reader};
use lictor_grammar::ast::{self, Expr, ExprKind, Message, MessagePiece, Name, Normalize, Path};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::members::Member;
use crate::check::ty_of;
use crate::compose;
use crate::ids;
use crate::names::{Declared, INPUT, input_path, question, step};
use crate::suggest;

/// The fields of a request before the action's own.
const ENVELOPE: usize = 4;

/// The fields of one normalizer, as far as they were read.
pub(super) struct Fields<'c, 'a> {
    pub declared: &'c Declared<'a>,
    pub mappings: Vec<Mapping>,
    /// The members that they read.
    pub members: Vec<Member>,
    pub out: &'c mut Vec<Diagnostic>,
}

/// A field that a value goes to.
struct Target<'f> {
    field: &'f Field,
    path: Vec<u16>,
    /// Whether the input need not have it.
    optional: bool,
}

impl Fields<'_, '_> {
    /// Reads the lines of a normalizer.
    pub fn of(&mut self, node: &Normalize, action: ActionId) {
        let schema = &self.declared.schema;
        let request = schema.actions.get(usize::from(action)).map(|action| action.request);
        let record = request.and_then(|request| schema.records.get(usize::from(request)));
        let own = record.and_then(|record| record.fields.get(ENVELOPE..)).unwrap_or(&[]);
        let given = node.mappings.iter().map(|line| (&line.field, line.optional, &line.source));
        self.record(own, given, &node.action.text(), node.action.span, &[]);
    }

    /// Reads what is said of the fields of a record.
    fn record<'n>(
        &mut self,
        fields: &[Field],
        given: impl Iterator<Item = (&'n Name, bool, &'n Expr)>,
        owner: &str,
        place: Span,
        path: &[u16],
    ) {
        let mut first: Vec<Option<Span>> = vec![None; fields.len()];
        // The fields that misspelled names were most likely meant for: nothing more is said of those.
        let mut meant: Vec<String> = Vec::new();
        for (name, optional, source) in given {
            let Some(number) = fields.iter().position(|field| field.name == name.text) else {
                self.spoken_of(source);
                if !self.declared.lost.contains(&name.text) {
                    let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                    let help = suggest::help(&name.text, known, "name a field that is declared");
                    let message = format!("`{owner}` has no field `{}`", name.text);
                    meant.extend(help.word.clone());
                    self.out.push(Diagnostic::error("E0208", name.span, message).suggested(help));
                }
                continue;
            };
            let (Some(field), Some(seen)) = (fields.get(number), first.get_mut(number)) else { continue };
            if let Some(first) = seen.replace(name.span) {
                let message = format!("the field `{}` comes from two places", name.text);
                self.out.push(
                    Diagnostic::error("E0205", name.span, message)
                        .also(first, "the first stands here")
                        .help("keep one of them"),
                );
                continue;
            }
            let mut target = path.to_vec();
            target.push(ids::number(number));
            self.field(name, source, Target { field, path: target, optional });
        }
        let missing = fields.iter().zip(&first).filter(|(field, given)| {
            given.is_none() && !self.is_optional(field) && !meant.contains(&field.name)
        });
        let (attested, others): (Vec<&Field>, Vec<&Field>) =
            missing.map(|(field, _)| field).partition(|field| holds_attested(&self.declared.schema, field));
        let told = |fields: &[&Field], help: String| {
            let (last, others) = fields.split_last()?;
            let message = if others.is_empty() {
                format!("nothing says where the field `{}` of `{owner}` comes from", last.name)
            } else {
                let others = others.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join("`, `");
                format!("nothing says where the fields `{others}` and `{}` of `{owner}` come from", last.name)
            };
            Some(Diagnostic::error("E0254", place, message).help(help))
        };
        let by_the_host = "the host says what is attested, and never the agent, so that no tool call can become this action";
        self.out.extend(told(&attested, by_the_host.to_string()));
        let name = others.first().map(|field| field.name.as_str()).unwrap_or_default();
        let it = if others.len() > 1 { "each" } else { "it" };
        let write = format!("{it} must be there: write `{name} = input.{name} as …`, or a constant");
        self.out.extend(told(&others, write));
    }

    /// Notes the members that stand in a source, whatever else may be wrong there.
    fn spoken_of(&mut self, source: &Expr) {
        match &source.kind {
            ExprKind::As(of, _) => self.spoken_of(of),
            ExprKind::Field(of, _) if question(source).is_some() => self.spoken_of(of),
            ExprKind::Call(_, arguments) => arguments.iter().for_each(|argument| self.spoken_of(argument)),
            ExprKind::Record(fields) => fields.iter().for_each(|(_, value)| self.spoken_of(value)),
            ExprKind::List(parts) => parts.iter().for_each(|part| self.spoken_of(part)),
            ExprKind::Filled(message) => {
                let shown = message.pieces.iter().filter_map(shown_path);
                self.members.extend(shown.filter_map(|path| Some((shown_member(path)?, path.span))));
            }
            _ => self.members.extend(input_path(source).map(|path| (path, source.span))),
        }
    }

    fn field(&mut self, name: &Name, source: &Expr, target: Target<'_>) {
        let schema = &self.declared.schema;
        // Of a record that is put together, what is attested in it is left out.
        let inside = matches!(source.kind, ExprKind::Record(_)) && !target.field.marks.attested;
        if !inside && holds_attested(schema, target.field) {
            let message = format!("`{}` is attested, and the input of a tool is the agent's", name.text);
            self.out.push(
                Diagnostic::error("E0257", name.span, message)
                    .help("leave it out: the host says what is attested"),
            );
            return;
        }
        if target.optional && !self.is_optional(target.field) {
            let message = format!("`{}` must be there, so that the input must have it", name.text);
            self.out.push(
                Diagnostic::error("E0254", name.span, message)
                    .help("remove the `?`, or let the field of the action be optional"),
            );
            return;
        }
        let ty = self.plain(target.field.ty);
        let read = match &source.kind {
            ExprKind::Error => return,
            ExprKind::Record(fields) => return self.inside(name, source, fields, ty, &target),
            ExprKind::As(of, cast) => self.member(of, cast, ty, name),
            ExprKind::Call(function, arguments) if matches!(function.text.as_str(), "size" | "digest") => {
                self.of_one(function, arguments, ty, source.span)
            }
            _ if question(source).is_some() => self.asked(source, ty, None),
            ExprKind::Call(function, arguments) => self.money(function, arguments, ty, source.span),
            ExprKind::List(parts) => self.listed(parts, ty, source.span),
            ExprKind::Filled(message) => self.filled(message, ty),
            _ if input_path(source).is_some() => {
                self.complain(
                    source.span,
                    "this does not say what it is read as".to_string(),
                    format!("write its type: `as {}`", describe_type(self.declared, ty)),
                );
                None
            }
            _ => {
                if target.optional {
                    let help = "remove the `?`".to_string();
                    self.complain(source.span, "a constant is always there".to_string(), help);
                    return;
                }
                self.constant(source, ty)
            }
        };
        self.spoken_of(source);
        let Some(read) = read else { return };
        if !matches!(read, Source::List(_)) && self.each_misplaced(&read.reads(), source.span) {
            return;
        }
        self.mappings.push(Mapping { target: target.path, source: read, optional: target.optional });
    }

    /// A constant that the field can hold.
    fn constant(&mut self, source: &Expr, ty: TypeId) -> Option<Source> {
        let schema = &self.declared.schema;
        let wanted = ty_of(schema, ty);
        let scalar = compose::scalar(self.declared, &wanted, source, self.out)?;
        let declared = schema.types.get(usize::from(ty)).copied()?;
        if !is_of_type(schema, &scalar, declared) {
            let message =
                format!("the field is {}, and this is no value of it", describe_type(self.declared, ty));
            self.out.push(
                Diagnostic::error("E0256", source.span, message)
                    .help("write a value that a request could have"),
            );
            return None;
        }
        Some(Source::Constant(scalar))
    }

    /// A record that is put together of its fields. One that may be absent in the record need not be in the input either.
    fn inside(
        &mut self,
        name: &Name,
        source: &Expr,
        given: &[(Name, Expr)],
        ty: TypeId,
        target: &Target<'_>,
    ) {
        let schema = &self.declared.schema;
        let record = match schema.types.get(usize::from(ty)) {
            Some(Type::Record(id)) => schema.records.get(usize::from(*id)),
            _ => None,
        };
        let Some(record) = record else {
            let message = format!("`{}` is no record", name.text);
            self.complain(source.span, message, "write `input.… as …`, or a constant".to_string());
            return;
        };
        if target.optional {
            let help = "remove the `?`; inside, what may be absent need not be in the input".to_string();
            self.complain(source.span, "a record that is put together is always there".to_string(), help);
            return;
        }
        let fields = &record.fields;
        let optional =
            |name: &Name| fields.iter().any(|field| field.name == name.text && self.is_optional(field));
        let given: Vec<(&Name, bool, &Expr)> = given
            .iter()
            .map(|(name, value)| {
                let from_input = matches!(
                    value.kind,
                    ExprKind::As(..) | ExprKind::Call(..) | ExprKind::Filled(_) | ExprKind::List(_)
                ) || question(value).is_some();
                (name, from_input && optional(name), value)
            })
            .collect();
        self.record(fields, given.into_iter(), &record.name, source.span, &target.path);
    }

    /// `shell(input.command).path`, read as the type of the field or as the one that is said.
    fn asked(&mut self, source: &Expr, ty: TypeId, cast: Option<TypeId>) -> Option<Source> {
        let asked = match question(source)? {
            Ok(asked) => asked,
            Err(wrong) => {
                self.out.push(wrong);
                return None;
            }
        };
        let given = cast.unwrap_or(ty);
        if !answers(&self.declared.schema, &asked, given) {
            let wanted = describe_type(self.declared, given);
            let message =
                format!("what `{}` says of `{}` cannot be read as `{wanted}`", asked.reader, asked.field);
            self.out.push(Diagnostic::error("E0256", source.span, message).help(says(&asked)));
            return None;
        }
        Some(Source::Asked(asked, given))
    }

    /// `input.a.b as Type`, `shell(input.command).url as Url`
    fn member(&mut self, of: &Expr, cast: &ast::TypeExpr, ty: TypeId, name: &Name) -> Option<Source> {
        let path = input_path(of);
        if path.is_none() && question(of).is_none() {
            let help = "name a member: `input.to as Email`".to_string();
            self.complain(of.span, "only a member of the input is read as a type".to_string(), help);
            return None;
        }
        // A type that is wrong was reported.
        let given = *self.declared.inputs.casts.get(&cast.span)?;
        if cast.optional {
            let message = "what need not be there is said of the field".to_string();
            let help = format!("write `{}? = …`, and the type without its `?`", name.text);
            self.complain(cast.span, message, help);
            return None;
        }
        if !fits(&self.declared.schema, given, ty) {
            let (given, wanted) = (describe_type(self.declared, given), describe_type(self.declared, ty));
            let message = format!(
                "the field `{}` is a `{wanted}`, and what is read as `{given}` may not fit into it",
                name.text
            );
            self.out.push(
                Diagnostic::error("E0256", cast.span, message)
                    .help("read it as the type that the field is declared with, or as a narrower one"),
            );
            return None;
        }
        match path {
            Some(path) => Some(Source::Input(path, given)),
            None => self.asked(of, ty, Some(given)),
        }
    }

    /// `"{input.owner}/{input.repo}"`
    fn filled(&mut self, message: &Message, ty: TypeId) -> Option<Source> {
        let Some(Type::Text { max }) = self.declared.schema.types.get(usize::from(ty)).copied() else {
            let wanted = describe_type(self.declared, ty);
            let what = format!("the field is {wanted}, and what is put together is a text");
            self.out.push(
                Diagnostic::error("E0256", message.span, what).help("read a member as the type of the field"),
            );
            return None;
        };
        let mut pieces: Vec<Piece> = Vec::with_capacity(message.pieces.len());
        for shown in &message.pieces {
            let piece = match shown {
                MessagePiece::Text(text) => Piece::Text(text.clone()),
                MessagePiece::Path(path) => {
                    match shown_member(path) {
                        Some(member) => Piece::Input(member),
                        None => {
                            let help = "name one: `\"{input.owner}/{input.repo}\"`, and write `{{` and `}}` for braces".to_string();
                            let what = "a text is put together of members of the input".to_string();
                            self.complain(path.span, what, help);
                            return None;
                        }
                    }
                }
            };
            if let (Some(Piece::Input(_)), Piece::Input(_), MessagePiece::Path(path)) =
                (pieces.last(), &piece, shown)
            {
                let help =
                    "put a sign between them that neither of them has: `\"{input.owner}/{input.repo}\"`"
                        .to_string();
                let what = "nothing stands between these members, so that others would make the same text"
                    .to_string();
                self.complain(path.span, what, help);
                return None;
            }
            pieces.push(piece);
        }
        if least_bytes(&pieces) > max as usize {
            let what =
                format!("this has {} bytes at least, and the field {max} at most", least_bytes(&pieces));
            self.out.push(
                Diagnostic::error("E0256", message.span, what)
                    .help("shorten what stands between the members"),
            );
            return None;
        }
        Some(Source::Text(pieces))
    }

    /// `money(input.amount, input.currency)`, `money_minor(input.cents, "USD")`
    fn money(&mut self, function: &Name, arguments: &[Expr], ty: TypeId, span: Span) -> Option<Source> {
        let minor = match function.text.as_str() {
            "money" => false,
            "money_minor" => true,
            other => {
                let help = suggest::help(
                    other,
                    ["money", "money_minor", "size", "digest"],
                    "a field comes from a member, a constant or an amount in two members",
                );
                self.complain(function.span, format!("`{other}` cannot stand in a normalizer"), help.help);
                return None;
            }
        };
        let example =
            format!("write `{}(input.amount, input.currency)`, or a currency in quotes", function.text);
        let (amount, currency, times) = match arguments {
            [amount, currency] => (amount, currency, None),
            [amount, currency, times] => (amount, currency, Some(times)),
            _ => {
                self.complain(
                    span,
                    "an amount has two parts, and may have a third: how many times it is".to_string(),
                    example,
                );
                return None;
            }
        };
        if !matches!(self.declared.schema.types.get(usize::from(ty)), Some(Type::Money { .. })) {
            let wanted = describe_type(self.declared, ty);
            let message = format!("the field is {wanted}, and this is an amount of money");
            self.out.push(
                Diagnostic::error("E0256", span, message).help("read a member as the type of the field"),
            );
            return None;
        }
        let Some(amount) = input_path(amount) else {
            self.complain(amount.span, "the amount is a member of the input".to_string(), example);
            return None;
        };
        let currencies = &self.declared.schema.currencies;
        let known = |code: &String| Currency::parse(code).filter(|known| known.digits(currencies).is_some());
        let currency = match (&currency.kind, input_path(currency)) {
            (_, Some(path)) => CurrencySource::Input(path),
            (ExprKind::String(code), _) if known(code).is_some() => CurrencySource::Constant(known(code)?),
            _ => {
                self.complain(currency.span, "this is no currency".to_string(), example);
                return None;
            }
        };
        let times = match times.map(|times| (times.span, input_path(times))) {
            None => None,
            Some((_, Some(path))) => Some(path),
            Some((span, None)) => {
                let help = format!("write `{}(input.price, input.currency, input.quantity)`", function.text);
                self.complain(span, "how many times is a member of the input".to_string(), help);
                return None;
            }
        };
        Some(Source::Money { amount, minor, currency, times })
    }

    pub(super) fn complain(&mut self, span: Span, message: String, help: String) {
        self.out.push(Diagnostic::error("E0255", span, message).help(help));
    }

    fn is_optional(&self, field: &Field) -> bool {
        matches!(self.declared.schema.types.get(usize::from(field.ty)), Some(Type::Optional(_)))
    }

    /// The type without its `?`.
    fn plain(&self, ty: TypeId) -> TypeId {
        match self.declared.schema.types.get(usize::from(ty)) {
            Some(Type::Optional(inner)) => *inner,
            _ => ty,
        }
    }
}

/// What a reader says, in words.
fn says(asked: &Asked) -> String {
    let field = reader(&asked.reader).and_then(|reader| reader.field(&asked.field));
    let what = match field.map(|field| field.ty) {
        Some(FieldType::Bool) => "`true` or `false`".to_string(),
        Some(FieldType::Count) => "a whole number".to_string(),
        Some(FieldType::Texts) => "a list of texts, which may be empty".to_string(),
        Some(FieldType::OneOf(_, words)) => format!("one of `{}`", words.join("`, `")),
        Some(FieldType::Text) | None => "a text".to_string(),
    };
    format!("it says {what}")
}

/// The path that a piece of a text shows.
fn shown_path(piece: &MessagePiece) -> Option<&Path> {
    match piece {
        MessagePiece::Text(_) => None,
        MessagePiece::Path(path) => Some(path),
    }
}

/// The member of the input that such a path names.
fn shown_member(path: &Path) -> Option<InputPath> {
    let (root, members) = path.names.split_first()?;
    let named = root.text == INPUT && !members.is_empty();
    named.then(|| members.iter().map(|name| step(&name.text)).collect())
}

/// A type in words, with the bound that two texts or lists may differ in.
pub(super) fn describe_type(declared: &Declared<'_>, ty: TypeId) -> String {
    let schema = &declared.schema;
    match schema.types.get(usize::from(ty)) {
        Some(Type::Text { max }) => format!("String max {max}"),
        Some(Type::List { element, min, max }) => {
            format!("List<{}{}, max {max}>", describe_type(declared, *element), least(*min))
        }
        Some(Type::Set { element, min, max }) => {
            format!("Set<{}{}, max {max}>", describe_type(declared, *element), least(*min))
        }
        Some(Type::Optional(inner)) => format!("{}?", describe_type(declared, *inner)),
        _ => ty_of(schema, ty).written(schema),
    }
}

/// The least number of elements, where it is not the usual one.
fn least(min: u32) -> String {
    if min == 1 { String::new() } else { format!(", min {min}") }
}
