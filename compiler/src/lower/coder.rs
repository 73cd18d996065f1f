//! What is known while one code is written, and the few steps that all rooms use.

use std::collections::BTreeMap;

use lictor_bundle::instr::{Instr, Reg, TEMPORARIES};
use lictor_bundle::layout::Layout;
use lictor_bundle::program::{Code, Constant, Site};
use lictor_bundle::schema::{ActionId, RecordId, Scalar, Schema, SlotType};
use lictor_bundle::source_map::Mark;

use super::bounds::{MAX_INSTRUCTIONS, Problem};
use super::frame::{Frame, Lifetime};
use super::lets::{Binding, Lazy};
use super::map::{Note, Noted, Numbers};
use super::place::{self, Operand};
use super::pool::Pool;
use super::writer::Writer;
use crate::typed::{Expr, LocalId, Ty};

/// The writer of one code, for one action. `'a` is the typed tree, `'p` the layer's pool.
pub(super) struct Coder<'a, 'p> {
    pub(super) schema: &'a Schema,
    pub(super) layout: &'a Layout,
    /// The record of the action's request, or what a condition on tool calls reads.
    pub(super) request: RecordId,
    pub(super) pool: &'p mut Pool,
    pub(super) writer: Writer,
    pub(super) frame: Frame,
    /// What each name stands for.
    pub(super) bindings: BTreeMap<LocalId, Binding<'a>>,
    /// The lets that are evaluated where they are first needed.
    pub(super) lets: Vec<Lazy<'a>>,
    /// How many loops the current place is in.
    pub(super) loops: usize,
    /// How many statements with an effect came before.
    pub(super) statement: u16,
    pub(super) sites: Vec<Site>,
    /// The nodes of the source map, where there is one.
    pub(super) numbers: Option<&'p Numbers>,
}

impl<'a, 'p> Coder<'a, 'p> {
    /// Begins a code for an action.
    pub(super) fn new(
        schema: &'a Schema,
        layout: &'a Layout,
        action: ActionId,
        pool: &'p mut Pool,
    ) -> Result<Coder<'a, 'p>, Problem> {
        let declared = schema.actions.get(usize::from(action));
        let request = declared.ok_or_else(|| Problem::Missing("action".to_string()))?.request;
        Ok(Coder::over(schema, layout, request, pool))
    }

    /// Begins a code over a record.
    pub(super) fn over(
        schema: &'a Schema,
        layout: &'a Layout,
        request: RecordId,
        pool: &'p mut Pool,
    ) -> Coder<'a, 'p> {
        Coder {
            schema,
            layout,
            request,
            pool,
            writer: Writer::new(),
            frame: Frame::default(),
            bindings: BTreeMap::new(),
            lets: Vec::new(),
            loops: 0,
            statement: 0,
            sites: Vec::new(),
            numbers: None,
        }
    }

    /// The finished code, and the marks in it.
    pub(super) fn finish(self) -> Result<(Code, Vec<Mark>), Problem> {
        let Coder { pool, lets, .. } = self;
        let (instrs, marks) = self.writer.finish(&mut |id, evaluated| {
            let Some(to) = lets.get(id).and_then(|lazy| lazy.done) else { return Ok(None) };
            let constant = pool.constant(Constant::Scalar(Scalar::Bool(evaluated)))?;
            Ok(Some(Instr::Constant { to, constant }))
        })?;
        if instrs.len() > MAX_INSTRUCTIONS {
            return Err(Problem::Instructions);
        }
        Ok((Code { temporaries: self.frame.into_types(), instrs, sites: self.sites }, marks))
    }

    /// Writes an instruction.
    pub(super) fn emit(&mut self, instr: Instr) -> Result<(), Problem> {
        self.writer.emit(instr)
    }

    /// Notes that the value of an expression lies here.
    pub(super) fn known(&mut self, expr: &Expr, at: &Operand) -> Result<(), Problem> {
        let Some(node) = self.node(expr) else { return Ok(()) };
        let width = place::slots(self.schema, &expr.ty).len() - usize::from(place::is_optional(&expr.ty));
        let register = (width == 1).then_some(at.base);
        self.writer.note(Note { node, what: Noted::Value { register, present: at.presence.clone() } })
    }

    /// The node of an expression in the source map.
    pub(super) fn node(&self, expr: &Expr) -> Option<u16> {
        self.numbers?.get(&std::ptr::from_ref(expr)).copied()
    }

    /// Loads a constant.
    pub(super) fn constant(&mut self, to: Reg, constant: Constant) -> Result<(), Problem> {
        let constant = self.pool.constant(constant)?;
        self.emit(Instr::Constant { to, constant })
    }

    /// Loads a scalar.
    pub(super) fn load(&mut self, to: Reg, scalar: Scalar) -> Result<(), Problem> {
        self.constant(to, Constant::Scalar(scalar))
    }

    /// One register of this type for a moment.
    pub(super) fn scratch(&mut self, slot: SlotType) -> Result<Reg, Problem> {
        self.frame.take(&[slot], Lifetime::Scratch)
    }

    /// Registers for a value of this type for a moment.
    pub(super) fn scratch_for(&mut self, ty: &Ty) -> Result<Reg, Problem> {
        self.frame.take(&place::slots(self.schema, ty), Lifetime::Scratch)
    }

    /// Does something and gives back the registers that it took for a moment.
    pub(super) fn briefly<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mark = self.frame.mark();
        let result = work(self)?;
        self.frame.release(mark);
        Ok(result)
    }

    /// Where a member of the request lies.
    pub(super) fn root(&self, name: &str) -> Result<Operand, Problem> {
        let missing = || Problem::Missing(name.to_string());
        let (number, ty) = place::field_named(self.schema, self.request, name).ok_or_else(missing)?;
        let record = self.layout.record(self.request).ok_or_else(missing)?;
        let offset = *record.offsets.get(number).ok_or_else(missing)?;
        Ok(Operand::of_run(TEMPORARIES + offset, place::is_declared_optional(self.schema, ty)))
    }

    /// Where a field of a record lies.
    pub(super) fn field(&self, of: &Operand, record: RecordId, number: u16) -> Result<Operand, Problem> {
        let missing = || Problem::Missing(format!("field {number} of record {record}"));
        let number = usize::from(number);
        let declared = self.schema.records.get(usize::from(record)).ok_or_else(missing)?;
        let field = declared.fields.get(number).ok_or_else(missing)?;
        let layout = self.layout.record(record).ok_or_else(missing)?;
        let offset = *layout.offsets.get(number).ok_or_else(missing)?;
        Ok(of.field(offset, place::is_declared_optional(self.schema, field.ty)))
    }

    /// Evaluates a value and puts it into the registers from `run` on, as a value of type `ty` is laid out. A value that
    /// is always there may go where an optional one is expected.
    pub(super) fn store(&mut self, expr: &'a Expr, run: Reg, ty: &Ty) -> Result<(), Problem> {
        let optional = place::is_optional(ty);
        let value = Operand::of_run(run, optional).base;
        let own = if place::is_optional(&expr.ty) { run } else { value };
        let operand = self.evaluate(expr, Some(own))?;
        if optional && operand.presence != [run] {
            self.conjunction(&operand.presence, Some(run))?;
        }
        self.copy(value, operand.base, ty)
    }
}
