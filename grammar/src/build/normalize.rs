//! Normalizers from their lines.

use super::expr::Depth;
use super::{Built, Context};
use crate::ast::{Expr, ExprKind, Mapping, Name, Normalize, Path, Text, TypeExpr};

/// A line in the body of a normalizer.
pub(crate) enum NormalizeMember {
    Mapping(Name, bool, Box<Expr>),
    Ignore(Vec<Path>),
}

impl Context<'_, '_> {
    /// A normalizer from its lines.
    pub fn normalize(
        &self,
        tool: Text,
        action: Path,
        when: Option<Box<Expr>>,
        members: Vec<NormalizeMember>,
    ) -> Normalize {
        let (mut mappings, mut ignored) = (Vec::new(), Vec::new());
        for member in members {
            match member {
                NormalizeMember::Mapping(field, optional, source) => {
                    mappings.push(Mapping { field, optional, source: *source });
                }
                NormalizeMember::Ignore(paths) => ignored.extend(paths),
            }
        }
        Normalize { tool, action, when: when.map(|when| *when), mappings, ignored }
    }

    /// `E as Type`
    pub fn typed(&mut self, start: usize, value: Built, ty: TypeExpr, end: usize) -> Built {
        let depth = Depth::default().nested(&value);
        self.grown(ExprKind::As(value.expr, Box::new(ty)), self.span(start, end), depth)
    }
}
