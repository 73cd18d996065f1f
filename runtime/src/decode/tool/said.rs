//! What readers say of a call, for whoever explains what was decided about it.
//!
//! Deciding asks only what it needs, and keeps none of it. Here all is asked that the normalizers of the tool would ask: also what those ask that
//! the call turned out not to be, since just that tells why it is what it is.

use lictor_bundle::schema::{ActionId, Type, TypeId};
use lictor_bundle::tools::{InputPath, Normalizer};

use super::answers::Answers;
use super::input::Input;
use super::{Call, Json};
use crate::arena::Arena;
use crate::plan::{ENVELOPE, Program};

/// What a reader says of a member of the input.
pub(crate) struct Said {
    /// The question: `shell(input.command)`.
    pub question: String,
    /// The reader.
    pub reader: String,
    /// An object of JSON; or a sentence, where the member is nothing to ask about.
    pub answer: Result<String, String>,
    /// Whether some of it is given to a field that is marked `secret`: then none of it is shown.
    pub secret: bool,
}

impl Call {
    /// Asks all that the normalizers of the tool ask, each question once, in the order in which they ask. Of a member that is not there
    /// nothing is said.
    pub fn said(&self, program: &Program, json: Json<'_>, arena: &mut Arena) -> Vec<Said> {
        let Ok(input) = Input::new(json.text, self.input) else { return Vec::new() };
        let all = &program.bundle.tools.normalizers;
        let own: Vec<&Normalizer> = all.iter().filter(|one| one.tool == self.tool).collect();
        let mut answers = Answers::default();
        own.iter().flat_map(|normalizer| normalizer.asks()).for_each(|asked| {
            // What is not there was not asked about; what is no object on the way to it is told where it is read.
            if matches!(input.at(&asked.of), Ok(Some(_))) {
                answers.ask(asked, &input, arena);
            }
        });
        let said = answers.all().map(|(asked, answer)| Said {
            question: asked.question(),
            reader: asked.reader.clone(),
            answer: answer.map(str::to_owned).map_err(str::to_owned),
            secret: own.iter().any(|normalizer| gives_secret(program, normalizer, &asked.of)),
        });
        said.collect()
    }
}

/// Whether a normalizer gives a member, something in it, or what it stands in, to a field that is secret or holds something secret.
fn gives_secret(program: &Program, normalizer: &Normalizer, member: &InputPath) -> bool {
    let touches = |path: &InputPath| path.starts_with(member) || member.starts_with(path);
    let mut given =
        normalizer.mappings.iter().filter(|mapping| mapping.source.reads().into_iter().any(touches));
    given.any(|mapping| is_secret(program, normalizer.action, &mapping.target))
}

/// Whether a field of an action is secret, stands in something that is, or holds something that is.
fn is_secret(program: &Program, action: ActionId, target: &[u16]) -> bool {
    let schema = &program.bundle.schema;
    let request = schema.actions.get(usize::from(action)).map(|action| action.request);
    let Some(mut record) = request.and_then(|request| schema.records.get(usize::from(request))) else {
        return true;
    };
    let mut ty: Option<TypeId> = None;
    for (depth, number) in target.iter().enumerate() {
        if let Some(outer) = ty {
            let inner = present(program, outer).and_then(|ty| match ty {
                Type::Record(id) => schema.records.get(usize::from(id)),
                _ => None,
            });
            let Some(inner) = inner else { return true };
            record = inner;
        }
        let skipped = if depth == 0 { ENVELOPE } else { 0 };
        let Some(field) = record.fields.get(skipped + usize::from(*number)) else { return true };
        if field.marks.secret {
            return true;
        }
        ty = Some(field.ty);
    }
    ty.is_none_or(|ty| holds_secret(program, ty))
}

/// Whether something in a value of this type is secret. Types refer to earlier ones only, so this comes to an end.
fn holds_secret(program: &Program, ty: TypeId) -> bool {
    let schema = &program.bundle.schema;
    match schema.types.get(usize::from(ty)) {
        Some(Type::Record(id)) => {
            let fields = schema.records.get(usize::from(*id)).map(|record| record.fields.as_slice());
            let is_secret =
                |field: &lictor_bundle::schema::Field| field.marks.secret || holds_secret(program, field.ty);
            fields.is_none_or(|fields| fields.iter().any(is_secret))
        }
        Some(other) => other.inner().is_some_and(|inner| holds_secret(program, inner)),
        None => true,
    }
}

/// A type without its `?`.
fn present(program: &Program, ty: TypeId) -> Option<Type> {
    match *program.bundle.schema.types.get(usize::from(ty))? {
        Type::Optional(inner) => program.bundle.schema.types.get(usize::from(inner)).copied(),
        ty => Some(ty),
    }
}
