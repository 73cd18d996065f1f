//! The library's citations: each framework is counted, each control says all that there is to say, and what is dead or to come is told
//! to whoever cites it, with the day.

#[path = "support/projects.rs"]
mod projects;

use std::collections::BTreeSet;

use lictor_bundle::program::{Control, LegalEffect};
use lictor_bundle::time::{parse_timestamp, render_timestamp};
use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_grammar::ast::ItemKind;
use lictor_grammar::format::format;
use lictor_grammar::parse;
use lictor_grammar::span::FileId;

/// The frameworks: how many controls each has, and how many of these were compared with a primary text.
const FRAMEWORKS: &[(&str, usize, usize)] = &[
    ("ai_act", 31, 1),
    ("aiuc_1", 18, 18),
    ("atlas", 25, 0),
    ("bankruptcy", 2, 0),
    ("bsa", 10, 0),
    ("cms", 7, 0),
    ("colorado_ai", 3, 0),
    ("colorado_ai_2024", 1, 0),
    ("csa", 5, 2),
    ("dea", 1, 0),
    ("employment", 8, 0),
    ("fcra", 13, 2),
    ("fdcpa", 9, 5),
    ("finra", 7, 0),
    ("gdpr", 16, 0),
    ("glba", 3, 0),
    ("hipaa", 25, 0),
    ("illinois", 4, 1),
    ("iso_27001", 24, 0),
    ("iso_42001", 23, 0),
    ("legal_practice", 17, 0),
    ("model_risk", 8, 0),
    ("nacha", 6, 0),
    ("naic", 3, 1),
    ("nist_800_53", 24, 0),
    ("nist_ai_rmf", 39, 0),
    ("nyc_ll_144", 6, 0),
    ("ofac", 5, 1),
    ("owasp_agentic", 10, 0),
    ("owasp_llm", 10, 0),
    ("owasp_llm_2025", 10, 0),
    ("part_2", 4, 2),
    ("pci_dss", 17, 0),
    ("psd2", 14, 3),
    ("reg_b", 7, 0),
    ("reg_e", 6, 0),
    ("reg_f", 32, 8),
    ("reg_z", 3, 0),
    ("soc2", 12, 0),
    ("sox", 3, 0),
    ("state_insurance", 11, 1),
    ("tcpa", 19, 6),
];

/// The day on which the facts were compared with their sources.
const COMPARED: &str = "2026-11-20T00:00:00Z";

/// Controls whose dates an auditor looks up first: the first day, and the last.
const DATED: &[(&str, Option<&str>, Option<&str>)] = &[
    ("ai_act.A5", Some("2025-02-02"), None),
    ("ai_act.A12_1", Some("2027-12-02"), None),
    ("ai_act.A50_1", Some("2026-08-02"), None),
    ("ai_act.A5_2026", Some("2026-12-02"), None),
    ("ai_act.A6_1", Some("2028-08-02"), None),
    ("colorado_ai.s6_1_1704_1", Some("2027-01-01"), None),
    ("colorado_ai_2024.all", None, Some("2026-05-13")),
    ("cms.s422_572_a_1", Some("2026-01-01"), None),
    ("illinois.s2_102_L", Some("2026-01-01"), None),
    ("model_risk.SR_11_7", None, Some("2026-04-16")),
    ("model_risk.SR_26_2", Some("2026-04-17"), None),
    ("nacha.same_day_limit", None, Some("2027-09-16")),
    ("nacha.same_day_limit_2027", Some("2027-09-17"), None),
    ("nyc_ll_144.s20_871_a_1", Some("2023-07-05"), None),
    ("ofac.fifty_percent", Some("2014-08-13"), None),
    ("part_2.consent", Some("2026-02-16"), None),
    ("tcpa.s64_1200_a_10_all", Some("2027-01-31"), None),
];

/// What is dead: since when, and what stands in its place.
const DEAD: &[(&str, &str, Option<&str>)] = &[
    ("ai_act.annex_III_2026", "2026-07-27", Some("ai_act.A9")),
    ("colorado_ai_2024.all", "2026-05-14", Some("colorado_ai.s6_1_1704_1")),
    ("hipaa.s164_509", "2025-06-18", None),
    ("model_risk.FIL_22_2017", "2026-04-17", Some("model_risk.FIL_15_2026")),
    ("model_risk.OCC_2011_12", "2026-04-17", Some("model_risk.OCC_2026_13")),
    ("model_risk.OCC_2021_19", "2026-04-17", Some("model_risk.OCC_2026_13")),
    ("model_risk.SR_11_7", "2026-04-17", Some("model_risk.SR_26_2")),
    ("model_risk.SR_21_8", "2026-04-17", Some("model_risk.SR_26_2")),
    ("reg_b.circular_2022_03", "2025-05-12", Some("reg_b.s1691_d")),
    ("reg_b.effects_test", "2026-07-21", Some("reg_b.s1002_4_a")),
    ("tcpa.one_to_one", "2025-08-29", Some("tcpa.s64_1200_f_9")),
];

/// All controls of the library, by the modules that declare them.
fn names() -> Vec<(String, Vec<String>)> {
    let modules = lictor_stdlib::MODULES.iter();
    let modules = modules.filter(|module| module.name.starts_with("std.frameworks."));
    let framework = |module: &lictor_stdlib::Module| {
        assert_eq!(format(module.text).unwrap(), module.text, "{} is not formatted", module.name);
        let parsed = parse(FileId(0), module.text);
        let mut found = parsed.file.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Framework(node) => Some(node.clone()),
            _ => None,
        });
        let (node, more) = (found.next().unwrap(), found.next());
        assert!(more.is_none(), "{} holds more than one framework", module.name);
        assert_eq!(module.name, format!("std.frameworks.{}", node.name.text));
        let controls = node.controls.iter();
        (
            node.name.text.clone(),
            controls.map(|one| format!("{}.{}", node.name.text, one.name.text)).collect(),
        )
    };
    modules.map(framework).collect()
}

#[test]
fn no_text_is_declared_anywhere_else() {
    let others = lictor_stdlib::MODULES.iter().filter(|module| !module.name.starts_with("std.frameworks."));
    for module in others {
        let items = parse(FileId(0), module.text).file.items;
        let declares = items.iter().any(|item| matches!(item.kind, ItemKind::Framework(_)));
        assert!(!declares, "{} has citations of its own: they belong into std.frameworks", module.name);
    }
}

/// A policy whose only rule cites these.
fn citing(ids: &[String]) -> Compiled {
    let text = format!(
        "module own\nlayer base\nimport std.frameworks\nreasons {{ ODD \"Odd\" }}\naction sell {{ amount: Int default allow }}\n\
         rule all on sell cites {} {{ deny when amount > 5 as ODD }}\n",
        ids.join(", ")
    );
    let files = vec![SourceFile { path: "own.lictor".to_owned(), bytes: text.into_bytes() }];
    compile(&Project { name: "own".to_owned(), files, library: projects::library(), ..Project::default() })
}

fn all() -> Vec<Control> {
    let ids: Vec<String> = names().into_iter().flat_map(|(_, controls)| controls).collect();
    let compiled = citing(&ids);
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    assert_eq!(bundle.manifest.controls.len(), ids.len());
    bundle.manifest.controls
}

fn day(moment: Option<i64>) -> Option<String> {
    moment.map(|moment| render_timestamp(moment).split('T').next().unwrap().to_owned())
}

#[test]
fn the_frameworks_are_those_that_were_laid_down() {
    let controls = all();
    let of = |name: &str| {
        let start = format!("{name}.");
        let own = controls.iter().filter(|one| one.id.starts_with(&start));
        (own.clone().count(), own.filter(|one| one.verified.is_some()).count())
    };
    let found: Vec<_> = names().into_iter().map(|(name, _)| (of(&name), name)).collect();
    let found: Vec<_> = found.iter().map(|((all, read), name)| (name.as_str(), *all, *read)).collect();
    assert_eq!(found, FRAMEWORKS);
}

#[test]
fn every_control_says_all_that_there_is_to_say() {
    let compared = Some(parse_timestamp(COMPARED).unwrap());
    let mut sources = BTreeSet::new();
    for control in all() {
        let id = &control.id;
        assert!(!control.title.ends_with('.') && control.title.len() > 5, "{id}");
        assert!(control.source.is_some(), "{id}: no source");
        assert!(
            sources.insert((control.framework.clone(), control.source.clone(), control.from)),
            "{id}: again"
        );
        let effect = control.effect.unwrap_or_else(|| panic!("{id}: no effect"));
        // What is chosen or agreed upon holds wherever it is; a law holds somewhere.
        let anywhere = [LegalEffect::Voluntary, LegalEffect::Contract, LegalEffect::Model];
        let is_local = control.jurisdiction.is_some();
        assert!(is_local || anywhere.contains(&effect), "{id}: no jurisdiction");
        assert!(!matches!(effect, LegalEffect::Voluntary) || control.edition.is_some(), "{id}: no edition");
        assert!(control.verified.is_none() || control.verified == compared, "{id}");
    }
}

#[test]
fn the_dates_are_those_of_the_texts() {
    let controls = all();
    for (id, from, until) in DATED {
        let control = controls.iter().find(|one| one.id == *id).unwrap();
        let dates = (day(control.from), day(control.until));
        assert_eq!((dates.0.as_deref(), dates.1.as_deref()), (*from, *until), "{id}");
    }
}

#[test]
fn whoever_cites_what_is_dead_is_told_since_when_and_what_to_cite() {
    let dead = |one: &&Control| one.effect == Some(LegalEffect::Repealed);
    let found: Vec<String> = all().iter().filter(dead).map(|one| one.id.clone()).collect();
    assert_eq!(found, DEAD.iter().map(|(id, ..)| *id).collect::<Vec<_>>());
    for (id, since, next) in DEAD {
        let compiled = citing(&[String::from(*id)]);
        let told = compiled.diagnostics.iter().find(|one| one.code == "W0223").unwrap();
        assert_eq!(told.message, format!("`{id}` is repealed: it is not in force since {since}"));
        let help = told.help.as_deref().unwrap();
        match next {
            Some(next) => assert_eq!(help, format!("cite `{next}`, which stands in its place")),
            None => assert!(help.starts_with("cite what is in force now"), "{id}: {help}"),
        }
    }
}

#[test]
fn whoever_cites_what_is_to_come_is_told_from_when() {
    let controls = all();
    let pending: Vec<&Control> =
        controls.iter().filter(|one| one.effect == Some(LegalEffect::Pending)).collect();
    assert!(pending.len() > 20, "{}", pending.len());
    let ids: Vec<String> = pending.iter().map(|one| one.id.clone()).collect();
    let compiled = citing(&ids);
    let told = compiled.diagnostics.iter().filter(|one| one.code == "W0224");
    let told: BTreeSet<&str> = told.map(|one| one.message.as_str()).collect();
    for control in pending {
        let begins = day(control.from).unwrap();
        let message = format!("`{}` is pending: it applies from {begins}", control.id);
        assert!(told.contains(message.as_str()), "{message}");
    }
}
