//! Items, steps of tests, and the words in them that the grammar takes for names.

use super::{Built, Context};
use crate::ast::{
    ActionPattern, Expr, ExprKind, FieldInit, Layer, LayerKind, LayerLine, Name, ParamValue, Promise,
    Promised, TestStep, TestStepKind, Text,
};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::suggest::closest;

const LAYERS: [&str; 4] = ["base", "category", "agent", "user"];

/// A step as the grammar reads it: `with` stands by itself there, since only what follows tells whose it is.
pub(crate) enum Step {
    /// `given EXAMPLE`
    Given(Name),
    /// `with field: value, …`
    With(Vec<FieldInit>),
    /// A step that is complete.
    Whole(Box<TestStepKind>),
    /// A step that could not be read.
    Unread,
}

/// A step that is complete.
pub(crate) fn step(kind: TestStepKind) -> Step {
    Step::Whole(Box::new(kind))
}

/// What stands behind the kind of a layer.
#[derive(Debug)]
pub(crate) enum LayerWord {
    Name(Name),
    Text(Text),
}

impl Context<'_, '_> {
    /// `layer KIND …`
    pub fn layer(&mut self, kind: Name, mut words: Vec<LayerWord>) -> Option<LayerLine> {
        let mut observe = None;
        // Alone, the word is the name of a category or of a tier; only the base has no name.
        if let Some(LayerWord::Name(last)) = words.last()
            && last.text == "observe"
            && (words.len() > 1 || kind.text == "base")
        {
            observe = Some(last.span);
            words.pop();
        }
        let mut words = words.into_iter();
        let layer = match (kind.text.as_str(), words.next()) {
            ("base", None) => Layer::Base,
            ("category", Some(LayerWord::Name(name))) => Layer::Category(name),
            ("agent", Some(LayerWord::Name(tier))) => Layer::Agent(tier),
            ("user", Some(LayerWord::Text(id))) => Layer::User(id),
            ("base", Some(_)) => {
                return self.bad_layer(kind.span, "`layer base` has no name behind it", "layer base");
            }
            ("category", _) => {
                return self.bad_layer(
                    kind.span,
                    "a category's layer names the category",
                    "layer category gambling",
                );
            }
            ("agent", _) => {
                return self.bad_layer(
                    kind.span,
                    "an agents' layer names their tier",
                    "layer agent untrusted",
                );
            }
            ("user", _) => {
                let message = "a user's layer names the user's id, between quotes";
                return self.bad_layer(kind.span, message, "layer user \"u-4711\"");
            }
            (other, _) => {
                self.unknown_word(&kind, &format!("`{other}` is no kind of layer"), &LAYERS);
                return None;
            }
        };
        match words.next() {
            None => Some(LayerLine { layer, observe }),
            Some(LayerWord::Name(word)) if closest(&word.text, ["observe"]).is_some() => {
                let message = format!("`{}` does not say how a layer counts", word.text);
                self.unknown_word(&word, &message, &["observe"]);
                None
            }
            Some(_) => self.bad_layer(kind.span, "a layer has one name", "layer category gambling"),
        }
    }

    /// `promise ACTION is never OUTCOME when E`
    pub fn promise(
        &mut self,
        action: ActionPattern,
        never: Name,
        outcome: Name,
        when: Option<Expr>,
    ) -> Option<Promise> {
        const OUTCOMES: [&str; 2] = ["refused", "held"];
        if never.text != "never" {
            self.unknown_word(&never, &format!("a promise says `never`, not `{}`", never.text), &["never"]);
            return None;
        }
        let never = match outcome.text.as_str() {
            "refused" => Promised::Refused,
            "held" => Promised::Held,
            other => {
                self.unknown_word(&outcome, &format!("nothing is promised about `{other}`"), &OUTCOMES);
                return None;
            }
        };
        Some(Promise { action, never, when })
    }

    fn bad_layer(&mut self, span: Span, message: &str, example: &str) -> Option<LayerLine> {
        let help = format!("write for example `{example}`");
        self.error(Diagnostic::error(codes::UNKNOWN_WORD, span, message).help(help));
        None
    }

    /// A kind of layer in `loosen by`.
    pub fn layer_kind(&mut self, name: Name) -> LayerKind {
        if !LAYERS.contains(&name.text.as_str()) {
            let message = format!("`{}` is no kind of layer", name.text);
            self.unknown_word(&name, &message, &LAYERS);
        }
        LayerKind { name }
    }

    /// A value of a parameter: an expression, or `file("…")`.
    pub fn param_value(&self, value: Built) -> ParamValue {
        if let ExprKind::Call(name, args) = &value.expr.kind
            && name.text == "file"
            && let [arg] = args.as_slice()
            && let ExprKind::String(path) = &arg.kind
        {
            return ParamValue::File(Text { value: path.clone(), span: arg.span });
        }
        ParamValue::Expr(*value.expr)
    }

    /// The steps of a test, where `with` joins the `given` before it.
    pub fn steps(&mut self, steps: Vec<(Step, Span)>) -> Vec<TestStep> {
        let mut built: Vec<TestStep> = Vec::new();
        // Whether the step before is a `given` that may go on, or one that could not be read and may have been one.
        let mut given_before = false;
        for (step, span) in steps {
            let given_open =
                std::mem::replace(&mut given_before, matches!(step, Step::Given(_) | Step::Unread));
            match step {
                Step::Unread => {}
                Step::Given(name) => {
                    built.push(TestStep { kind: TestStepKind::Given(name, Vec::new()), span })
                }
                Step::Whole(kind) => built.push(TestStep { kind: *kind, span }),
                Step::With(inits) => match built.last_mut() {
                    Some(TestStep { kind: TestStepKind::Given(_, with), span: whole }) if given_open => {
                        with.extend(inits);
                        *whole = whole.to(span);
                    }
                    _ if given_open => {}
                    _ => {
                        let message = "this `with` changes the fields of nothing";
                        let word = Span { end: span.start + "with".len() as u32, ..span };
                        let help = "put it behind a `given`: `given purchase with amount: 5.00 EUR`";
                        self.error(Diagnostic::error(codes::UNEXPECTED, word, message).help(help));
                    }
                },
            }
        }
        built
    }

    /// The part of the envelope that a step fills in.
    pub fn envelope(&self, word: Name, inits: Vec<FieldInit>) -> Step {
        step(TestStepKind::Envelope(word, inits))
    }
}
