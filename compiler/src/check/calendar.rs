//! The calendar: dates, times of day, days of the week and time zones as they are written, and what is asked of and added to them.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LOCAL_TIME, WEEKDAYS, parse_weekday};
use lictor_bundle::instr::{Arith, CivilOp, Kind};
use lictor_bundle::schema::Scalar;
use lictor_bundle::zone::Zone;
use lictor_grammar::ast::{self, BinaryOp, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::literal;
use lictor_grammar::span::Span;

use super::literal::scalar;
use super::{Checker, call, describe, ty_of};
use crate::ids;
use crate::local;
use crate::polarity;
use crate::suggest;
use crate::typed::{Between, Expr, ExprKind, Ty};

/// What the calendar counts in, as it is written: how many days or months one is.
const UNITS: [(&str, Step); 8] = [
    ("day", Step::Days(1)),
    ("days", Step::Days(1)),
    ("week", Step::Days(7)),
    ("weeks", Step::Days(7)),
    ("month", Step::Months(1)),
    ("months", Step::Months(1)),
    ("year", Step::Months(12)),
    ("years", Step::Months(12)),
];
/// The calendar has fewer days than this.
const MOST: i64 = 10_000_000;

#[derive(Clone, Copy)]
enum Step {
    Days(i64),
    Months(i64),
}

/// Whether a word counts days or months of the calendar.
pub(super) fn is_unit(word: &str) -> bool {
    calendar_units().any(|unit| unit == word)
}

/// The units in which days of the calendar are counted.
pub fn calendar_units() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(unit, _)| *unit)
}

/// Whether a call asks the calendar.
pub(crate) fn is_question(word: &str) -> bool {
    matches!(word, "date" | "time_of_day" | "weekday")
}

impl Checker<'_, '_> {
    pub(super) fn date(&mut self, text: &str, span: Span) -> Option<Expr> {
        // The parser has reported what cannot be read.
        let days = literal::date(text).ok()?;
        if !(FIRST_DATE..=LAST_DATE).contains(&days) {
            self.out.push(
                Diagnostic::error("E0301", span, format!("`{text}` is no date"))
                    .help("write a day of the years 0001 to 9999"),
            );
            return None;
        }
        Some(scalar(Scalar::Date(days), Ty::Date, span))
    }

    pub(super) fn time_of_day(&self, text: &str, span: Span) -> Option<Expr> {
        let seconds = literal::time_of_day(text).ok()?;
        Some(scalar(Scalar::TimeOfDay(seconds * 1_000), Ty::TimeOfDay, span))
    }

    pub(super) fn zone(&mut self, text: &str, span: Span) -> Option<Expr> {
        let zone = zone_named(text, span, self.out)?;
        Some(scalar(Scalar::TimeZone(zone), Ty::TimeZone, span))
    }

    /// A day of the week, where one is meant or nothing else is known to be.
    pub(super) fn weekday(&self, text: &str, want: Option<&Ty>, span: Span) -> Option<Expr> {
        let number = parse_weekday(text).filter(|_| want.is_none_or(|want| *want == Ty::Weekday))?;
        Some(scalar(Scalar::Weekday(number), Ty::Weekday, span))
    }

    /// `date(t, zone)` and its kin.
    pub(super) fn civil(&mut self, name: &Name, arguments: &[ast::Expr], span: Span) -> Option<Expr> {
        let (moment, zone) = match arguments {
            [day] if name.text == "weekday" => {
                let day = self.argument(name, day, &Ty::Date)?;
                return Some(asked(CivilOp::Weekday, day, Ty::Weekday, span));
            }
            [moment, zone] => (moment, zone),
            _ => {
                let message = format!("`{}` takes a moment and the time zone of the clock", name.text);
                self.out.push(
                    Diagnostic::error("E0315", name.span, message)
                        .help(format!("write `{}(context.now, \"UTC\")`", name.text)),
                );
                return None;
            }
        };
        let moment = self.argument(name, moment, &Ty::Timestamp);
        let zone = self.argument(name, zone, &Ty::TimeZone)?;
        let moment = moment?;
        let utc = matches!(&zone.kind, ExprKind::Scalar(Scalar::TimeZone(zone)) if *zone == Zone::utc());
        let (date, time) = if utc {
            let of = |op, ty| asked(op, moment.clone(), ty, span);
            (of(CivilOp::Date, Ty::Date), of(CivilOp::TimeOfDay, Ty::TimeOfDay))
        } else {
            self.local(moment, zone, span)?
        };
        Some(match name.text.as_str() {
            "time_of_day" => time,
            "date" => date,
            _ => asked(CivilOp::Weekday, date, Ty::Weekday, span),
        })
    }

    /// The date and the time of day that a clock shows: what the host looks up, asked with the moment and the zone.
    fn local(&mut self, moment: Expr, zone: Expr, span: Span) -> Option<(Expr, Expr)> {
        for argument in [&moment, &zone] {
            if let Some(at) = polarity::first_parameter(argument) {
                self.out.push(
                    Diagnostic::error("E0402", at, "what a clock shows is asked about the request, not about a parameter")
                        .help("write the zone here, or in a function: `fn office() -> TimeZone = \"Europe/Berlin\"`"),
                );
                return None;
            }
        }
        let schema = &self.declared.schema;
        let id = schema.facts.iter().position(|fact| fact.name == LOCAL_TIME);
        let record = id.and_then(|id| match ty_of(schema, schema.facts.get(id)?.result) {
            Ty::Record(record) => Some(record),
            _ => None,
        });
        let (Some(id), Some(record)) = (id, record) else {
            self.out.push(
                Diagnostic::error("E0362", span, "what a clock shows outside UTC is asked in rules only")
                    .help("the host looks it up; ask for it in a rule, or here in \"UTC\""),
            );
            return None;
        };
        let fact = ExprKind::Fact(ids::number(id), vec![moment, zone]);
        let fact = Expr { kind: fact, ty: Ty::Record(record), span };
        let of = |field, ty| Expr { kind: ExprKind::Field(Box::new(fact.clone()), record, field), ty, span };
        Some((of(local::DATE, Ty::Date), of(local::TIME, Ty::TimeOfDay)))
    }

    pub(super) fn argument(&mut self, name: &Name, written: &ast::Expr, ty: &Ty) -> Option<Expr> {
        let expr = self.definite(written, Some(ty))?;
        if expr.ty == *ty {
            return Some(expr);
        }
        let schema = &self.declared.schema;
        let (found, want) = (describe(schema, &expr.ty), describe(schema, ty));
        let help = match (ty, &expr.ty) {
            (Ty::Timestamp, Ty::Date) => {
                "a date is a date everywhere; only a moment is asked what a clock shows"
            }
            (Ty::Date, Ty::Timestamp) => "say where: `weekday(context.now, \"UTC\")`",
            (Ty::TimeZone, _) => "name a time zone: `\"Europe/Berlin\"`, or a field that is a TimeZone",
            _ => &call::wanted(ty, &want),
        };
        let message = format!("`{}` takes {want} here, and this is {found}", name.text);
        self.out.push(Diagnostic::error("E0304", written.span, message).help(help));
        None
    }

    /// `d + 2 months` and its kin; nothing where no side counts days or months of the calendar.
    pub(super) fn moved(
        &mut self,
        op: BinaryOp,
        at: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Option<Expr>> {
        let (from, count) = match (op, step(left), step(right)) {
            (BinaryOp::Add | BinaryOp::Subtract, None, Some(count)) => (left, count),
            (BinaryOp::Add, Some(count), None) => (right, count),
            _ => return None,
        };
        Some(self.later(op, at, from, count, span))
    }

    fn later(
        &mut self,
        op: BinaryOp,
        at: Span,
        from: &ast::Expr,
        (number, step, count_span): (&ast::Number, Step, Span),
        span: Span,
    ) -> Option<Expr> {
        let from = self.definite(from, Some(&Ty::Date))?;
        let (unit, op) = match (step, op) {
            (Step::Days(unit), BinaryOp::Add) => (unit, Arith::AddDays),
            (Step::Days(unit), _) => (unit, Arith::SubDays),
            (Step::Months(unit), BinaryOp::Add) => (unit, Arith::AddMonths),
            (Step::Months(unit), _) => (unit, Arith::SubMonths),
        };
        let count = self.read(literal::integer(&number.text), count_span)?;
        let Some(count) = count.checked_mul(unit).filter(|count| *count <= MOST) else {
            self.out.push(
                Diagnostic::error("E0301", count_span, "this is more than the calendar has")
                    .help("the calendar has the years 0001 to 9999"),
            );
            return None;
        };
        if from.ty != Ty::Date {
            let what = describe(&self.declared.schema, &from.ty);
            let help = match from.ty {
                Ty::Timestamp => {
                    "to a moment add hours: `7d` is 168 hours; or take its day first: `date(context.now, \"UTC\") + …`"
                }
                _ => "days, weeks, months and years are added to a Date",
            };
            let message = format!("days and months of the calendar are not added to {what}");
            self.out.push(
                Diagnostic::error("E0360", at, message).also(from.span, format!("this is {what}")).help(help),
            );
            return None;
        }
        let count = scalar(Scalar::Int(count), Ty::Int, count_span);
        Some(Expr { kind: ExprKind::Arith(op, Box::new(from), Box::new(count)), ty: Ty::Date, span })
    }
}

/// A range of literals that runs over midnight is the whole day without what lies between its ends.
pub(super) fn over_midnight(item: &Expr, low: i64, high: i64, closed: bool, span: Span) -> Expr {
    let end = |time| scalar(Scalar::TimeOfDay(time), Ty::TimeOfDay, span);
    // An end that counts is the last millisecond that does.
    let (low, high) = (end(high + i64::from(closed)), end(low));
    let between = Between { kind: Kind::Int, item: item.clone(), low, high, closed: false };
    let between = Expr { kind: ExprKind::Between(Box::new(between)), ty: Ty::Bool, span };
    Expr { kind: ExprKind::Not(Box::new(between)), ty: Ty::Bool, span }
}

/// A zone by its name, or its complaint.
pub(crate) fn zone_named(text: &str, span: Span, out: &mut Vec<Diagnostic>) -> Option<Zone> {
    let found = Zone::parse(text);
    if found.is_none() {
        let names: Vec<&str> = Zone::all().map(Zone::name).collect();
        let help = suggest::help(
            text,
            names,
            "write a name of the IANA time zone database: \"Europe/Berlin\", \"America/New_York\", \"UTC\"",
        );
        let error = Diagnostic::error("E0361", span, format!("there is no time zone `{text}`"));
        let error = error.help(help.help);
        out.push(match help.word {
            Some(word) => error.fix(span, format!("\"{word}\"")),
            None => error,
        });
    }
    found
}

/// The days of the week, for whoever looks for a word.
pub(super) fn weekday_words(want: Option<&Ty>) -> &'static [&'static str] {
    if want == Some(&Ty::Weekday) { &WEEKDAYS } else { &[] }
}

fn asked(op: CivilOp, of: Expr, ty: Ty, span: Span) -> Expr {
    Expr { kind: ExprKind::Civil(op, Box::new(of)), ty, span }
}

fn step(written: &ast::Expr) -> Option<(&ast::Number, Step, Span)> {
    let ast::ExprKind::Quantity(number, unit) = &written.kind else { return None };
    let (_, step) = UNITS.iter().find(|(word, _)| *word == unit.text)?;
    Some((number, *step, written.span))
}
