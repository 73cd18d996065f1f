//! The types of registers: each instruction reads and writes what it says, and no loop loses count of its turns.
//!
//! A register has one type in the whole of a code: a temporary the one that is declared, a slot of the request the one of the
//! action's record. So each instruction can be checked by itself, wherever it is reached from.

use crate::error::{BundleError, ErrorKind};
use crate::form::Form;
use crate::instr::{BusinessOp, Instr, Kind, Pc, Reg, TEMPORARIES, TextOp};
use crate::program::{Code, CodeBlock, Constant};
use crate::schema::{ParamId, Scalar, SlotType, Type};

use super::flow::Flow;
use super::operands::{arith_types, civil_types, part_of};
use super::schema::Declared;
use super::values::{self, Slot};
use super::{Within, ensure, row};

/// A code in its place: what its operands refer to.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) declared: &'a Declared<'a>,
    pub(super) block: &'a CodeBlock,
    pub(super) code: &'a Code,
    pub(super) flow: &'a Flow,
    /// The slots of the request.
    pub(super) request: &'a [Slot],
}

impl Place<'_> {
    /// The type of a register.
    pub(super) fn type_of(&self, register: Reg) -> Result<SlotType, BundleError> {
        let ty = match register.checked_sub(TEMPORARIES) {
            None => self.code.temporaries.get(usize::from(register)).copied(),
            Some(slot) => self.request.get(usize::from(slot)).map(|slot| slot.ty),
        };
        ty.ok_or_else(|| BundleError::new(ErrorKind::Register, format!("register {register} is not there")))
    }

    /// The slots of a value that an instruction writes to temporaries, which it must fit into.
    pub(super) fn slots_to_write(&self, ty: u16) -> Result<Vec<Slot>, BundleError> {
        let width = self.declared.layout.width(ty).unwrap_or(0);
        ensure(usize::from(width) <= self.code.temporaries.len(), ErrorKind::Register, || {
            format!("it writes {width} registers, which are not there")
        })?;
        let mut slots = Vec::with_capacity(usize::from(width));
        values::slots(self.declared.schema, ty, &mut slots);
        Ok(slots)
    }
}

/// Checks every instruction, and returns how much work that was.
pub(super) fn verify(place: Place<'_>) -> Result<usize, BundleError> {
    ensure(place.code.temporaries.len() <= usize::from(TEMPORARIES), ErrorKind::Register, || {
        format!("the code has more than {TEMPORARIES} temporaries")
    })?;
    let schema = place.declared.schema;
    ensure(
        place.code.temporaries.iter().all(|ty| values::is_slot_type(schema, *ty)),
        ErrorKind::Register,
        || "a temporary has a type that is not there".to_owned(),
    )?;
    let zeros = vec![0; place.code.temporaries.len()];
    let mut check = Check { place, pc: 0, zeros, block: 1, work: 0 };
    for (pc, instr) in (0..).zip(&place.code.instrs) {
        check.pc = pc;
        check.instr(instr).within(|| format!("instruction {pc}"))?;
    }
    Ok(check.work)
}

pub(super) struct Check<'a> {
    pub(super) place: Place<'a>,
    pc: Pc,
    /// For each temporary, the block in which a zero was last written to it and nothing since.
    zeros: Vec<u32>,
    /// The number of the straight run of instructions that is being checked.
    block: u32,
    work: usize,
}

impl Check<'_> {
    fn instr(&mut self, instr: &Instr) -> Result<(), BundleError> {
        self.work += 1;
        if self.place.flow.is_label(self.pc) {
            self.block += 1;
        }
        match *instr {
            Instr::Constant { to, constant } => self.constant(to, constant),
            Instr::Copy { to, from } => {
                let ty = self.place.type_of(from)?;
                self.write(to, ty)
            }
            // Where jumps lead and how loops are nested was checked before.
            Instr::Jump { .. } | Instr::Repeat { .. } | Instr::Fail { .. } => Ok(()),
            Instr::JumpIf { condition, .. } | Instr::JumpUnless { condition, .. } => {
                self.read(condition, SlotType::Bool)
            }
            Instr::Loop { list, index, element, .. } => self.enter_loop(list, index, element),
            Instr::Not { to, from } => {
                self.read(from, SlotType::Bool)?;
                self.write(to, SlotType::Bool)
            }
            Instr::Compare { kind, to, left, right, .. } => {
                let ty = self.place.type_of(left)?;
                self.expect_kind(left, ty, kind)?;
                self.read(right, ty)?;
                self.write(to, SlotType::Bool)
            }
            Instr::Arith { op, to, left, right } => {
                let [result, first, second] = arith_types(op);
                self.read(left, first)?;
                self.read(right, second)?;
                self.write(to, result)
            }
            Instr::Negate { kind, to, from } => {
                let ty = self.place.type_of(from)?;
                self.expect_sum(from, ty, kind)?;
                self.write(to, ty)
            }
            Instr::ToDecimal { to, from } => {
                self.read(from, SlotType::Int)?;
                self.write(to, SlotType::Decimal)
            }
            Instr::Civil { op, to, from } => {
                let (result, operand) = civil_types(op);
                self.read(from, operand)?;
                self.write(to, result)
            }
            Instr::Business { op, to, calendar, left, right } => {
                let known = self.place.declared.schema.calendars.len();
                ensure(usize::from(calendar) < known, ErrorKind::Operand, || {
                    format!("calendar {calendar} is not there")
                })?;
                let (second, result) = match op {
                    BusinessOp::Between => (SlotType::Date, SlotType::Int),
                    BusinessOp::Add => (SlotType::Int, SlotType::Date),
                };
                self.read(left, SlotType::Date)?;
                self.read(right, second)?;
                self.write(to, result)
            }
            Instr::Contains { kind, to, item, collection } => {
                let element = self.element(collection)?;
                self.expect_kind(collection, element, kind)?;
                self.read(item, element)?;
                self.write(to, SlotType::Bool)
            }
            Instr::Length { to, collection } => {
                self.place.element_of(collection)?;
                self.write(to, SlotType::Int)
            }
            Instr::Lookup { to, map, key, width } => self.look_up(to, map, key, width),
            Instr::Source { part, to, from, width } => self.source(part, to, from, width),
            Instr::Accumulate { kind, sum, currency, value } => {
                self.expect_sum(value, self.place.type_of(value)?, kind)?;
                self.currency(kind, currency)?;
                self.write(sum, SlotType::Wide)
            }
            Instr::Total { kind, to, sum, currency } => {
                self.read(sum, SlotType::Wide)?;
                self.currency(kind, currency)?;
                let ty = self.place.type_of(to)?;
                self.expect_sum(to, ty, kind)?;
                self.write(to, ty)
            }
            Instr::Text { op, to, text, part } => {
                self.asked(op, text)?;
                self.read(part, part_of(op))?;
                self.write(to, SlotType::Bool)
            }
            Instr::Part { part, to, from } => {
                self.read(from, SlotType::Form(part.of()))?;
                self.write(to, part.result().map_or(SlotType::Text, SlotType::Form))
            }
            Instr::LowerAscii { to, text } => {
                self.read(text, SlotType::Text)?;
                self.write(to, SlotType::Text)
            }
            Instr::Within { op, to, text, parts } => {
                self.asked(op, text)?;
                let element = self.element(parts)?;
                ensure(
                    matches!(op, TextOp::Below | TextOp::Inside) && element == part_of(op),
                    ErrorKind::Register,
                    || format!("register {parts} holds {element:?}, and nothing lies within one of them"),
                )?;
                self.write(to, SlotType::Bool)
            }
            Instr::Param { to, param } => match values::slot_type(self.param(param)?) {
                Some(SlotType::Money) | None => {
                    Err(BundleError::new(ErrorKind::Operand, format!("parameter {param} is an amount")))
                }
                Some(ty) => self.write(to, ty),
            },
            Instr::ParamMoney { to, param, like } => {
                let ty = self.param(param)?;
                ensure(matches!(ty, Type::Money { .. }), ErrorKind::Operand, || {
                    format!("parameter {param} is not an amount")
                })?;
                self.read(like, SlotType::Money)?;
                self.write(to, SlotType::Money)
            }
            Instr::Fact { to, fact, arguments } => self.fact(to, fact, arguments),
            Instr::Deny { site } | Instr::StepUp { site } | Instr::Risk { site } | Instr::Oblige { site } => {
                ensure(usize::from(site) < self.place.code.sites.len(), ErrorKind::Operand, || {
                    format!("site {site} is not there")
                })
            }
            Instr::Amplifier { amplifier, from } => {
                let known = self.place.declared.schema.amplifiers.len();
                ensure(usize::from(amplifier) < known, ErrorKind::Operand, || {
                    format!("amplifier {amplifier} is not there")
                })?;
                self.read(from, SlotType::Decimal)
            }
            Instr::Answer { from } => self.read(from, SlotType::Bool),
            Instr::End => Ok(()),
        }
    }

    fn constant(&mut self, to: Reg, constant: u16) -> Result<(), BundleError> {
        let value = self.place.block.constants.get(usize::from(constant)).ok_or_else(|| {
            BundleError::new(ErrorKind::Operand, format!("constant {constant} is not there"))
        })?;
        match value {
            Constant::Scalar(scalar) => self.write(to, values::slot_of(scalar))?,
            Constant::Set(ty, _) => self.write(to, *ty)?,
        }
        if *value == Constant::Scalar(Scalar::Int(0))
            && let Some(zero) = self.zeros.get_mut(usize::from(to))
        {
            *zero = self.block;
        }
        Ok(())
    }

    /// A loop takes as many turns as its list has elements only if its index starts at zero and nothing else changes it. What
    /// is asked for is that a zero was written to it shortly before, with no label between; [`Check::write`] guards the rest.
    fn enter_loop(&mut self, list: Reg, index: Reg, element: Reg) -> Result<(), BundleError> {
        let element_type = self.place.element_of(list)?;
        self.read(index, SlotType::Int)?;
        ensure(self.zeros.get(usize::from(index)) == Some(&self.block), ErrorKind::Loop, || {
            format!("register {index}, which counts the turns, is not known to start at zero")
        })?;
        for (register, slot) in row(element).zip(self.place.slots_to_write(element_type)?) {
            self.write(register, slot.ty)?;
        }
        self.block += 1;
        Ok(())
    }

    fn fact(&mut self, to: Reg, fact: u16, arguments: Reg) -> Result<(), BundleError> {
        let declared = self.place.declared;
        let fact = declared
            .schema
            .facts
            .get(usize::from(fact))
            .ok_or_else(|| BundleError::new(ErrorKind::Operand, format!("fact {fact} is not there")))?;
        for (offset, param) in fact.params.iter().enumerate() {
            let register = u16::try_from(offset).ok().and_then(|offset| arguments.checked_add(offset));
            let register = register
                .ok_or_else(|| BundleError::new(ErrorKind::Register, "there are not that many registers"))?;
            let ty = declared.schema.types.get(usize::from(param.ty)).copied().and_then(values::slot_type);
            self.work += 1;
            self.read(register, ty.unwrap_or(SlotType::Wide))?;
        }
        for (register, slot) in row(to).zip(self.place.slots_to_write(fact.result)?) {
            self.write(register, slot.ty)?;
        }
        Ok(())
    }

    fn param(&self, param: ParamId) -> Result<Type, BundleError> {
        let schema = self.place.declared.schema;
        let ty =
            schema.params.get(usize::from(param)).and_then(|param| schema.types.get(usize::from(param.ty)));
        ty.copied()
            .ok_or_else(|| BundleError::new(ErrorKind::Operand, format!("parameter {param} is not there")))
    }

    /// The type of the elements of a collection of scalars.
    fn element(&self, collection: Reg) -> Result<SlotType, BundleError> {
        let schema = self.place.declared.schema;
        let element = match self.place.type_of(collection)? {
            SlotType::List(element) | SlotType::Set(element) if schema.is_scalar(element) => {
                schema.types.get(usize::from(element)).copied().and_then(values::slot_type)
            }
            _ => None,
        };
        element.ok_or_else(|| {
            BundleError::new(
                ErrorKind::Register,
                format!("register {collection} is not a collection of scalars"),
            )
        })
    }

    /// The text that a question is asked of.
    fn asked(&self, op: TextOp, text: Reg) -> Result<(), BundleError> {
        match op {
            TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains | TextOp::Matches => {
                self.read(text, SlotType::Text)
            }
            TextOp::Below => self.read(text, SlotType::Form(Form::Domain)),
            TextOp::Inside => {
                let found = self.place.type_of(text)?;
                let fits = matches!(found, SlotType::Form(Form::Ip | Form::Cidr));
                ensure(fits, ErrorKind::Register, || {
                    format!("register {text} holds {found:?}, which lies in no network")
                })
            }
        }
    }

    pub(super) fn read(&self, register: Reg, ty: SlotType) -> Result<(), BundleError> {
        let actual = self.place.type_of(register)?;
        ensure(actual == ty, ErrorKind::Register, || {
            format!("register {register} is of type {actual:?}, and {ty:?} is asked for")
        })
    }

    pub(super) fn write(&mut self, register: Reg, ty: SlotType) -> Result<(), BundleError> {
        self.work += 1;
        self.read(register, ty)?;
        let zero = self.zeros.get_mut(usize::from(register)).ok_or_else(|| {
            BundleError::new(
                ErrorKind::Register,
                format!("register {register} is of the request, and is not written"),
            )
        })?;
        *zero = 0;
        ensure(
            self.place.flow.around(self.pc).all(|around| around.index != register),
            ErrorKind::Loop,
            || format!("register {register} counts the turns of a loop, and is not written within it"),
        )
    }

    fn expect_kind(&self, register: Reg, ty: SlotType, kind: Kind) -> Result<(), BundleError> {
        let fits = match kind {
            Kind::Bits => {
                matches!(ty, SlotType::Bool | SlotType::Country | SlotType::Enum(_) | SlotType::TimeZone)
            }
            Kind::Int => matches!(
                ty,
                SlotType::Int
                    | SlotType::Timestamp
                    | SlotType::Duration
                    | SlotType::Date
                    | SlotType::TimeOfDay
                    | SlotType::Weekday
            ),
            Kind::Decimal => ty == SlotType::Decimal,
            Kind::Money => ty == SlotType::Money,
            Kind::Text => matches!(ty, SlotType::Text | SlotType::Form(_)),
        };
        ensure(fits, ErrorKind::Register, || {
            format!("register {register} holds {ty:?}, which is not compared as {kind:?}")
        })
    }

    /// What is negated or summed up: numbers and amounts.
    fn expect_sum(&self, register: Reg, ty: SlotType, kind: Kind) -> Result<(), BundleError> {
        let fits = match kind {
            Kind::Int => matches!(ty, SlotType::Int | SlotType::Duration),
            Kind::Decimal => ty == SlotType::Decimal,
            Kind::Money => ty == SlotType::Money,
            Kind::Bits | Kind::Text => false,
        };
        ensure(fits, ErrorKind::Register, || {
            format!("register {register} holds {ty:?}, which is not a number of kind {kind:?}")
        })
    }

    /// The register that remembers the currency of a sum. For other sums than of money it is not looked at.
    fn currency(&mut self, kind: Kind, currency: Reg) -> Result<(), BundleError> {
        if kind == Kind::Money { self.write(currency, SlotType::Money) } else { Ok(()) }
    }
}
