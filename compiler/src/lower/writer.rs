//! Instructions as they are written. Jumps name labels until the code is complete; with every jump travels what is
//! known of the lets, so that where paths meet it is known which of them were evaluated on all, on some or on none.

use std::collections::BTreeMap;

use lictor_bundle::instr::{Instr, Pc, Reg};
use lictor_bundle::source_map::Mark;

use super::bounds::{MAX_INSTRUCTIONS, Problem};
use super::map::{Note, Noted};

/// How many operations most codes have at most.
const USUAL: usize = 16;

/// A place in the code that is jumped to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Label(usize);

/// A lazily evaluated `let`, by its number within the code.
pub(super) type LetId = usize;

/// Whether a let was evaluated by the time a place in the code is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Evaluated {
    /// On no path.
    No,
    /// On some paths.
    Maybe,
    /// On every path.
    Yes,
}

enum Op {
    Plain(Instr),
    Jump(Label),
    JumpIf(Reg, Label),
    JumpUnless(Reg, Label),
    Loop {
        list: Reg,
        index: Reg,
        element: Reg,
        exit: Label,
    },
    Repeat(Label),
    /// Keeps in mind that a let was evaluated, or begins anew. Becomes an instruction only if somebody asks.
    Mark(LetId, bool),
    /// What the source map says of this place. No instruction.
    Note,
}

struct Meeting {
    /// The operation that the label stands before.
    at: usize,
    /// What the jumps seen so far agree on; none where there was no jump.
    arriving: Option<Vec<Evaluated>>,
}

/// A code that is being written.
pub(super) struct Writer {
    ops: Vec<Op>,
    labels: Vec<Meeting>,
    /// What the source map says, and before which operation.
    notes: Vec<(usize, Note)>,
    /// What is known of each let here; none where no path leads here.
    here: Option<Vec<Evaluated>>,
}

impl Writer {
    /// An empty code, at its beginning.
    pub(super) fn new() -> Writer {
        let (ops, notes) = (Vec::with_capacity(USUAL), Vec::with_capacity(USUAL));
        Writer { ops, labels: Vec::new(), notes, here: Some(Vec::new()) }
    }

    /// Whether any path leads here. What is written where none does is left out.
    pub(super) fn is_reachable(&self) -> bool {
        self.here.is_some()
    }

    /// Whether a let was evaluated here.
    pub(super) fn evaluated(&self, id: LetId) -> Evaluated {
        known(self.here.as_deref().unwrap_or_default(), id)
    }

    /// Says whether a let was evaluated, from here on.
    pub(super) fn set_evaluated(&mut self, id: LetId, evaluated: Evaluated) {
        if let Some(here) = &mut self.here {
            if here.len() <= id {
                here.resize(id + 1, Evaluated::No);
            }
            here[id] = evaluated;
        }
    }

    /// Writes an instruction that is neither a jump nor part of a loop.
    pub(super) fn emit(&mut self, instr: Instr) -> Result<(), Problem> {
        let last =
            matches!(instr, Instr::Fail { .. } | Instr::Deny { .. } | Instr::Answer { .. } | Instr::End);
        self.push(Op::Plain(instr))?;
        if last {
            self.here = None;
        }
        Ok(())
    }

    /// Notes at run time whether a let was evaluated, in case another place in the code asks.
    pub(super) fn mark(&mut self, id: LetId, evaluated: bool) -> Result<(), Problem> {
        self.push(Op::Mark(id, evaluated))
    }

    /// Notes something for the source map.
    pub(super) fn note(&mut self, note: Note) -> Result<(), Problem> {
        if self.here.is_some() {
            self.notes.push((self.ops.len(), note));
        }
        self.push(Op::Note)
    }

    /// A label to be bound further down.
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(Meeting { at: usize::MAX, arriving: None });
        Label(self.labels.len() - 1)
    }

    /// The label stands here.
    pub(super) fn bind(&mut self, label: Label) {
        let at = self.ops.len();
        let meeting = &mut self.labels[label.0];
        meeting.at = at;
        if let Some(arriving) = meeting.arriving.take() {
            self.here = Some(meet(self.here.take(), arriving));
        }
    }

    /// Goes on at a label.
    pub(super) fn jump(&mut self, label: Label) -> Result<(), Problem> {
        self.arrive(label);
        self.push(Op::Jump(label))?;
        self.here = None;
        Ok(())
    }

    /// Goes on at a label where a register holds `when`.
    pub(super) fn jump_when(&mut self, condition: Reg, when: bool, label: Label) -> Result<(), Problem> {
        self.arrive(label);
        self.push(if when { Op::JumpIf(condition, label) } else { Op::JumpUnless(condition, label) })
    }

    /// Begins a loop and returns the label of its head.
    pub(super) fn enter_loop(
        &mut self,
        list: Reg,
        index: Reg,
        element: Reg,
        exit: Label,
        node: Option<u16>,
    ) -> Result<Label, Problem> {
        let head = self.label();
        self.bind(head);
        self.arrive(exit);
        if let (Some(node), Some(_)) = (node, &self.here) {
            self.notes.push((self.ops.len(), Note { node, what: Noted::Loop }));
        }
        self.push(Op::Loop { list, index, element, exit })?;
        Ok(head)
    }

    /// Ends a loop's body.
    pub(super) fn repeat(&mut self, head: Label) -> Result<(), Problem> {
        self.push(Op::Repeat(head))?;
        self.here = None;
        Ok(())
    }

    /// The finished instructions and the source map's marks, sorted. `marks` gives the instruction of a mark that somebody asks for.
    pub(super) fn finish(
        self,
        marks: &mut dyn FnMut(LetId, bool) -> Result<Option<Instr>, Problem>,
    ) -> Result<(Vec<Instr>, Vec<Mark>), Problem> {
        let mut instrs = Vec::with_capacity(self.ops.len());
        for op in &self.ops {
            instrs.push(match *op {
                Op::Mark(id, evaluated) => marks(id, evaluated)?,
                Op::Note => None,
                Op::Plain(instr) => Some(instr),
                // The targets are filled in once it is known which operations stay.
                Op::Jump(_) => Some(Instr::Jump { target: 0 }),
                Op::JumpIf(condition, _) => Some(Instr::JumpIf { condition, target: 0 }),
                Op::JumpUnless(condition, _) => Some(Instr::JumpUnless { condition, target: 0 }),
                Op::Loop { list, index, element, .. } => Some(Instr::Loop { list, index, element, exit: 0 }),
                Op::Repeat(_) => Some(Instr::Repeat { head: 0 }),
            });
        }
        self.drop_idle_jumps(&mut instrs);
        let positions = positions(&instrs)?;
        for (op, instr) in self.ops.iter().zip(&mut instrs) {
            let label = match op {
                Op::Jump(label) | Op::JumpIf(_, label) | Op::JumpUnless(_, label) | Op::Repeat(label) => {
                    label
                }
                Op::Loop { exit, .. } => exit,
                Op::Plain(_) | Op::Mark(..) | Op::Note => continue,
            };
            let position = positions[self.labels[label.0].at];
            match instr {
                Some(Instr::Jump { target })
                | Some(Instr::JumpIf { target, .. })
                | Some(Instr::JumpUnless { target, .. }) => *target = position,
                Some(Instr::Loop { exit, .. }) => *exit = position,
                Some(Instr::Repeat { head }) => *head = position,
                _ => {}
            }
        }
        let marks = self.marks(&positions);
        Ok((instrs.into_iter().flatten().collect(), marks))
    }

    /// The marks, at the instructions that they came to stand before. Where a label stands after a note and before the same
    /// instruction, whoever jumps there has not come past the note.
    fn marks(self, positions: &[Pc]) -> Vec<Mark> {
        let mut last_label = BTreeMap::new();
        for meeting in self.labels.iter().filter(|meeting| meeting.at != usize::MAX) {
            let last = last_label.entry(positions[meeting.at]).or_insert(meeting.at);
            *last = meeting.at.max(*last);
        }
        let marks = self.notes.into_iter().map(|(at, note)| {
            let falling = last_label.get(&positions[at]).is_some_and(|last| *last > at);
            note.at(positions[at], falling)
        });
        let mut marks: Vec<Mark> = marks.collect();
        // They stay where the notes were, which had more room.
        marks.shrink_to_fit();
        marks
    }

    /// Leaves out the jumps that lead to what comes next anyway.
    fn drop_idle_jumps(&self, instrs: &mut [Option<Instr>]) {
        let mut next = instrs.len();
        for (at, op) in self.ops.iter().enumerate().rev() {
            if let Op::Jump(label) = op
                && self.labels[label.0].at <= next
            {
                instrs[at] = None;
            }
            if instrs[at].is_some() {
                next = at;
            }
        }
    }

    fn push(&mut self, op: Op) -> Result<(), Problem> {
        if self.here.is_none() {
            return Ok(());
        }
        // Marks may turn out to be no instructions, and notes are none, so this only stops a code that grows without measure; the exact
        // count is taken at the end.
        if self.ops.len() > 4 * MAX_INSTRUCTIONS {
            return Err(Problem::Instructions);
        }
        self.ops.push(op);
        Ok(())
    }

    fn arrive(&mut self, label: Label) {
        if let Some(here) = &self.here {
            let meeting = &mut self.labels[label.0];
            meeting.arriving = Some(meet(meeting.arriving.take(), here.clone()));
        }
    }
}

/// What holds where a path joins others.
fn meet(others: Option<Vec<Evaluated>>, mut path: Vec<Evaluated>) -> Vec<Evaluated> {
    let Some(others) = others else { return path };
    path.resize(path.len().max(others.len()), Evaluated::No);
    for (id, evaluated) in path.iter_mut().enumerate() {
        if *evaluated != known(&others, id) {
            *evaluated = Evaluated::Maybe;
        }
    }
    path
}

fn known(lets: &[Evaluated], id: LetId) -> Evaluated {
    lets.get(id).copied().unwrap_or(Evaluated::No)
}

/// The position of each operation among those that stay; one more for the end.
fn positions(instrs: &[Option<Instr>]) -> Result<Vec<Pc>, Problem> {
    let mut position = 0usize;
    let mut positions = Vec::with_capacity(instrs.len() + 1);
    for instr in instrs {
        positions.push(Pc::try_from(position).map_err(|_| Problem::Instructions)?);
        position += usize::from(instr.is_some());
    }
    positions.push(Pc::try_from(position).map_err(|_| Problem::Instructions)?);
    Ok(positions)
}
