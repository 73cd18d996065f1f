//! Normalizers from their lines.

use super::expr::Depth;
use super::{Built, Context};
use crate::ast::{Expr, ExprKind, Mapping, MessagePiece, Name, Normalize, Path, Text, TypeExpr};
use crate::keywords::Keyword;

/// A line in the body of a normalizer.
pub(crate) enum NormalizeMember {
    Mapping(Name, bool, Box<Expr>),
    Ignore(Vec<Path>),
}

impl<'s> Context<'s, '_> {
    /// A text that is a value.
    pub fn text_value(&mut self, start: usize, literal: &'s str, end: usize) -> Built {
        if self.item == Keyword::Normalize && literal.contains(['{', '}']) {
            self.braced.push((start, literal));
        }
        let text = self.text(start, literal, end);
        self.leaf(start, ExprKind::String(text.value), end)
    }

    /// A normalizer from its lines.
    pub fn normalize(
        &mut self,
        tool: Text,
        action: Path,
        when: Option<Box<Expr>>,
        members: Vec<NormalizeMember>,
    ) -> Normalize {
        let (mut mappings, mut ignored) = (Vec::new(), Vec::new());
        for member in members {
            match member {
                NormalizeMember::Mapping(field, optional, mut source) => {
                    self.fill(&mut source);
                    mappings.push(Mapping { field, optional, source: *source });
                }
                NormalizeMember::Ignore(paths) => ignored.extend(paths),
            }
        }
        Normalize { tool, action, when: when.map(|when| *when), mappings, ignored }
    }

    /// Reads what the texts of a source are filled with. One in which nothing is filled in stays a text.
    fn fill(&mut self, source: &mut Expr) {
        match &mut source.kind {
            ExprKind::Record(fields) => fields.iter_mut().for_each(|(_, value)| self.fill(value)),
            ExprKind::List(parts) => parts.iter_mut().for_each(|part| self.fill(part)),
            ExprKind::String(value) => {
                let (start, end) = (source.span.start as usize, source.span.end as usize);
                let Some(&(_, literal)) = self.braced.iter().find(|(at, _)| *at == start) else { return };
                let message = self.message(start, literal, end);
                match message.pieces.as_slice() {
                    [] => {}
                    [MessagePiece::Text(text)] => value.clone_from(text),
                    _ => source.kind = ExprKind::Filled(Box::new(message)),
                }
            }
            _ => {}
        }
    }

    /// `E as Type`
    pub fn typed(&mut self, start: usize, value: Built, ty: TypeExpr, end: usize) -> Built {
        let depth = Depth::default().nested(&value);
        self.grown(ExprKind::As(value.expr, Box::new(ty)), self.span(start, end), depth)
    }
}
