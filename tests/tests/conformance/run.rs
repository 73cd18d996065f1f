//! The runner in Rust: answers each question by the public surface of the runtime and of what is signed, from the file alone.

use std::collections::BTreeMap;

use lictor_evidence::history::KeyHistory;
use lictor_evidence::jwks::TokenKeys;
use lictor_evidence::keys::{Root, VerifyingKey as DedicatedKey};
use lictor_evidence::receipt::{Elsewhere, Outcome, verify};
use lictor_evidence::token::{Claims, Expected, Mode};
use lictor_ledger::note::VerifierKey;
use lictor_ledger::{Checkpoint, LedgerError};
use lictor_runtime::{Engine, KeySet, Now, Requirements, Scratch, Trust, VerifyingKey};

use crate::form::{Ask, Expect, Vectors, unbase64};

/// What stands beside the vectors, made ready.
pub struct Runner<'v> {
    bundles: BTreeMap<&'v str, Vec<u8>>,
    documents: &'v BTreeMap<String, String>,
    keys: BTreeMap<&'v str, VerifyingKey>,
    engines: BTreeMap<&'v str, Engine>,
}

impl<'v> Runner<'v> {
    pub fn new(vectors: &'v Vectors) -> Runner<'v> {
        let bundles: BTreeMap<_, _> =
            vectors.bundles.iter().map(|(name, text)| (name.as_str(), unbase64(text))).collect();
        let key = |pem: &str| VerifyingKey::from_pem(pem).unwrap();
        let keys: BTreeMap<_, _> =
            vectors.test_keys.iter().map(|key_| (key_.name.as_str(), key(&key_.public_key))).collect();
        let release = keys["release"];
        // Those that decide are signed with the key for releases, and with nothing else that matters.
        let engine = |(name, bytes): (&&'v str, &Vec<u8>)| {
            Some((*name, Engine::load(bytes, Trust::Keys(&[release])).ok()?))
        };
        let engines = bundles.iter().filter_map(engine).collect();
        Runner { bundles, documents: &vectors.documents, keys, engines }
    }

    /// What comes of it.
    pub fn answer(&self, ask: &Ask) -> Expect {
        match ask {
            Ask::Load { .. } => plain(self.load(ask)),
            Ask::Decide { bundle, request, said } => {
                let (request, scratch) = (request.bytes(), &mut Scratch::default());
                let engine = &self.engines[bundle.as_str()];
                let decision = match said {
                    Some(said) => engine.decide_asked(scratch, &request, &said.bytes(), None),
                    None => engine.decide(scratch, &request),
                };
                let text = serde_json::to_string(&decision).unwrap();
                let verdict = serde_json::to_value(decision.decision).unwrap();
                let outcome = format!("{} {}", verdict.as_str().unwrap(), decision.reason_code);
                Expect { outcome, text: Some(text), says: None }
            }
            Ask::FactsNeeded { bundle, request, said } => {
                let (request, scratch) = (request.bytes(), &mut Scratch::default());
                let engine = &self.engines[bundle.as_str()];
                let needed = match said {
                    Some(said) => engine.facts_needed_asked(scratch, &request, &said.bytes()),
                    None => engine.facts_needed(scratch, &request),
                };
                let text = serde_json::to_string(&needed).unwrap();
                Expect { outcome: "OK".to_owned(), text: Some(text), says: None }
            }
            Ask::Token { .. } => self.token(ask),
            Ask::Receipt { .. } => self.receipt(ask).unwrap_or_else(|error| plain(error.code().to_owned())),
            Ask::History { history, root } => match self.history(history, root) {
                Ok(_) => plain("OK".to_owned()),
                Err(code) => plain(code),
            },
        }
    }

    fn load(&self, ask: &Ask) -> String {
        let Ask::Load { bundle, keys, trusted, min_sequence, now, max_steps } = ask else { unreachable!() };
        let keys: Vec<VerifyingKey> = keys.iter().map(|name| self.keys[name.as_str()]).collect();
        let set = match trusted.as_ref().map(|name| KeySet::from_json(self.documents[name].as_bytes())) {
            Some(Err(error)) => return error.kind.code().to_owned(),
            Some(Ok(set)) => Some(set),
            None => None,
        };
        let requirements = Requirements {
            trust: set.as_ref().map_or(Trust::Keys(&keys), Trust::Set),
            min_sequence: min_sequence.unwrap_or_default(),
            now: now.map_or(Now::Unsaid, Now::At),
            max_steps: *max_steps,
        };
        match Engine::load(&self.bundles[bundle.as_str()], requirements) {
            Ok(_) => "OK".to_owned(),
            Err(error) => error.kind.code().to_owned(),
        }
    }

    fn token(&self, ask: &Ask) -> Expect {
        let Ask::Token { token, jwks, issuer, audience, scope, mode, now, skew } = ask else {
            unreachable!()
        };
        let keys = TokenKeys::from_json(self.documents[jwks].as_bytes()).unwrap();
        let mode = if mode == "observe" { Mode::Observe } else { Mode::Enforce };
        let expected = Expected { issuer, audience, scope, mode, now: *now, skew: *skew };
        let opened =
            Claims::open(token, &keys, *now).and_then(|claims| claims.check(&expected).map(|()| claims));
        match opened {
            Ok(claims) => Expect {
                outcome: "OK".to_owned(),
                text: None,
                says: Some(serde_json::to_value(claims).unwrap()),
            },
            Err(error) => plain(error.reason.code().to_owned()),
        }
    }

    fn receipt(&self, ask: &Ask) -> Result<Expect, LedgerError> {
        let Ask::Receipt { receipt, history, root, anchors, witnesses } = ask else { unreachable!() };
        let history = self.history(history, root).unwrap();
        let named = |name: &String| self.documents[name].as_str();
        let anchors = anchors.iter().map(|name| Checkpoint::kept(named(name).as_bytes()));
        let anchors = anchors.collect::<Result<Vec<_>, _>>()?;
        let witnesses = witnesses.iter().map(|name| VerifierKey::parse(named(name).trim()));
        let witnesses = witnesses.collect::<Result<Vec<_>, _>>()?;
        // Who names a witness asks for its cosignature.
        let elsewhere = Elsewhere { anchors: &anchors, witnesses: &witnesses, quorum: witnesses.len() };
        let report = verify(&receipt.bytes(), &history, &elsewhere);
        let failed = report.lines.iter().find(|line| line.outcome == Outcome::Failed);
        let outcome = failed.map_or("genuine", |line| line.check.name()).to_owned();
        let text = report.is_genuine().then(|| report.to_string());
        let says = report.receipt.map(|receipt| serde_json::to_value(receipt).unwrap());
        Ok(Expect { outcome, text, says })
    }

    fn history(&self, name: &str, root: &str) -> Result<KeyHistory, String> {
        let root = DedicatedKey::<Root>::new(self.keys[root]);
        KeyHistory::open(self.documents[name].as_bytes(), &root).map_err(|error| error.kind.code().to_owned())
    }
}

fn plain(outcome: String) -> Expect {
    Expect { outcome, text: None, says: None }
}
