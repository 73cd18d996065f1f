//! The standard library of policies, embedded, so that `import std.payments` needs no file on the author's disk.
//!
//! It holds `std.actions`, the taxonomy of what agents ask to do, with a module for each of its domains; `std.types`, what these have in
//! common; `std.calendars`, the working days that laws count in; `std.reasons`, the reason codes that packs share; `std.payments`, the
//! shorter name of a domain; `std.tools`, what the calls of tools are; `std.unknown`, what tool calls are of which a policy says nothing;
//! and the packs, rules for trades and places that laws speak of. The sources are data here; the compiler reads them like any other file, and errors
//! in them are reported the same way. [`PROFILES`] are no part of the library: they are projects that use it, to start from.

mod profiles;

pub use profiles::{PROFILES, Profile, profile};

/// A module of the library, as source text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Module {
    /// What `import` names: `std.payments`.
    pub name: &'static str,
    /// Where the text stands within the library, with forward slashes; digests and diagnostics show it.
    pub path: &'static str,
    /// The text, byte for byte.
    pub text: &'static str,
}

/// A module of this name, from the file of that path.
macro_rules! module {
    ($name:literal, $path:literal) => {
        Module { name: $name, path: $path, text: include_str!(concat!("../", $path)) }
    };
}

/// Every module of the library, sorted by name. The tests that stand beside them are not part of it.
pub const MODULES: &[Module] = &[
    module!("std.actions", "std/actions.lictor"),
    module!("std.actions.agent", "std/actions/agent.lictor"),
    module!("std.actions.care", "std/actions/care.lictor"),
    module!("std.actions.code", "std/actions/code.lictor"),
    module!("std.actions.collection", "std/actions/collection.lictor"),
    module!("std.actions.credit", "std/actions/credit.lictor"),
    module!("std.actions.customer", "std/actions/customer.lictor"),
    module!("std.actions.data", "std/actions/data.lictor"),
    module!("std.actions.device", "std/actions/device.lictor"),
    module!("std.actions.file", "std/actions/file.lictor"),
    module!("std.actions.identity", "std/actions/identity.lictor"),
    module!("std.actions.infra", "std/actions/infra.lictor"),
    module!("std.actions.insurance", "std/actions/insurance.lictor"),
    module!("std.actions.ledger", "std/actions/ledger.lictor"),
    module!("std.actions.legal", "std/actions/legal.lictor"),
    module!("std.actions.message", "std/actions/message.lictor"),
    module!("std.actions.payment", "std/actions/payment.lictor"),
    module!("std.actions.voice", "std/actions/voice.lictor"),
    module!("std.actions.web", "std/actions/web.lictor"),
    module!("std.actions.work", "std/actions/work.lictor"),
    module!("std.actions.workforce", "std/actions/workforce.lictor"),
    module!("std.base", "std/base.lictor"),
    module!("std.base.clocks", "std/base/clocks.lictor"),
    module!("std.base.freshness", "std/base/freshness.lictor"),
    module!("std.base.mandate", "std/base/mandate.lictor"),
    module!("std.base.money", "std/base/money.lictor"),
    module!("std.base.scope", "std/base/scope.lictor"),
    module!("std.base.scope.business", "std/base/scope/business.lictor"),
    module!("std.base.scope.granted", "std/base/scope/granted.lictor"),
    module!("std.base.scope.machines", "std/base/scope/machines.lictor"),
    module!("std.calendars", "std/calendars.lictor"),
    module!("std.collections", "packs/collections/collections.lictor"),
    module!("std.collections.blocks", "packs/collections/blocks.lictor"),
    module!("std.collections.debt", "packs/collections/debt.lictor"),
    module!("std.collections.frequency", "packs/collections/frequency.lictor"),
    module!("std.collections.hours", "packs/collections/hours.lictor"),
    module!("std.collections.messages", "packs/collections/messages.lictor"),
    module!("std.collections.reporting", "packs/collections/reporting.lictor"),
    module!("std.collections.telephone", "packs/collections/telephone.lictor"),
    module!("std.collections.validation", "packs/collections/validation.lictor"),
    module!("std.europe", "packs/europe/europe.lictor"),
    module!("std.europe.decisions", "packs/europe/decisions.lictor"),
    module!("std.europe.disclosure", "packs/europe/disclosure.lictor"),
    module!("std.europe.erasure", "packs/europe/erasure.lictor"),
    module!("std.europe.legal_basis", "packs/europe/legal_basis.lictor"),
    module!("std.europe.logs", "packs/europe/logs.lictor"),
    module!("std.europe.purposes", "packs/europe/purposes.lictor"),
    module!("std.europe.recipients", "packs/europe/recipients.lictor"),
    module!("std.europe.register", "packs/europe/register.lictor"),
    module!("std.europe.storage", "packs/europe/storage.lictor"),
    module!("std.europe.suspension", "packs/europe/suspension.lictor"),
    module!("std.europe.words", "packs/europe/words.lictor"),
    module!("std.finance", "packs/finance/finance.lictor"),
    module!("std.finance.ach", "packs/finance/ach.lictor"),
    module!("std.finance.adverse_action", "packs/finance/adverse_action.lictor"),
    module!("std.finance.approvals", "packs/finance/approvals.lictor"),
    module!("std.finance.billing_errors", "packs/finance/billing_errors.lictor"),
    module!("std.finance.broker_dealers", "packs/finance/broker_dealers.lictor"),
    module!("std.finance.cards", "packs/finance/cards.lictor"),
    module!("std.finance.cash", "packs/finance/cash.lictor"),
    module!("std.finance.debits", "packs/finance/debits.lictor"),
    module!("std.finance.eft_errors", "packs/finance/eft_errors.lictor"),
    module!("std.finance.models", "packs/finance/models.lictor"),
    module!("std.finance.records", "packs/finance/records.lictor"),
    module!("std.finance.safeguards", "packs/finance/safeguards.lictor"),
    module!("std.finance.sanctions", "packs/finance/sanctions.lictor"),
    module!("std.finance.sar", "packs/finance/sar.lictor"),
    module!("std.finance.sca", "packs/finance/sca.lictor"),
    module!("std.finance.travel_rule", "packs/finance/travel_rule.lictor"),
    module!("std.finance.words", "packs/finance/words.lictor"),
    module!("std.frameworks", "std/frameworks.lictor"),
    module!("std.frameworks.ai_act", "std/frameworks/ai_act.lictor"),
    module!("std.frameworks.aiuc_1", "std/frameworks/aiuc_1.lictor"),
    module!("std.frameworks.atlas", "std/frameworks/atlas.lictor"),
    module!("std.frameworks.bankruptcy", "std/frameworks/bankruptcy.lictor"),
    module!("std.frameworks.bsa", "std/frameworks/bsa.lictor"),
    module!("std.frameworks.cms", "std/frameworks/cms.lictor"),
    module!("std.frameworks.colorado_ai", "std/frameworks/colorado_ai.lictor"),
    module!("std.frameworks.colorado_ai_2024", "std/frameworks/colorado_ai_2024.lictor"),
    module!("std.frameworks.csa", "std/frameworks/csa.lictor"),
    module!("std.frameworks.dea", "std/frameworks/dea.lictor"),
    module!("std.frameworks.employment", "std/frameworks/employment.lictor"),
    module!("std.frameworks.fcra", "std/frameworks/fcra.lictor"),
    module!("std.frameworks.fdcpa", "std/frameworks/fdcpa.lictor"),
    module!("std.frameworks.finra", "std/frameworks/finra.lictor"),
    module!("std.frameworks.gdpr", "std/frameworks/gdpr.lictor"),
    module!("std.frameworks.glba", "std/frameworks/glba.lictor"),
    module!("std.frameworks.hipaa", "std/frameworks/hipaa.lictor"),
    module!("std.frameworks.illinois", "std/frameworks/illinois.lictor"),
    module!("std.frameworks.iso_27001", "std/frameworks/iso_27001.lictor"),
    module!("std.frameworks.iso_42001", "std/frameworks/iso_42001.lictor"),
    module!("std.frameworks.legal_practice", "std/frameworks/legal_practice.lictor"),
    module!("std.frameworks.model_risk", "std/frameworks/model_risk.lictor"),
    module!("std.frameworks.nacha", "std/frameworks/nacha.lictor"),
    module!("std.frameworks.naic", "std/frameworks/naic.lictor"),
    module!("std.frameworks.nist_800_53", "std/frameworks/nist_800_53.lictor"),
    module!("std.frameworks.nist_ai_rmf", "std/frameworks/nist_ai_rmf.lictor"),
    module!("std.frameworks.nyc_ll_144", "std/frameworks/nyc_ll_144.lictor"),
    module!("std.frameworks.ofac", "std/frameworks/ofac.lictor"),
    module!("std.frameworks.owasp_agentic", "std/frameworks/owasp_agentic.lictor"),
    module!("std.frameworks.owasp_llm", "std/frameworks/owasp_llm.lictor"),
    module!("std.frameworks.owasp_llm_2025", "std/frameworks/owasp_llm_2025.lictor"),
    module!("std.frameworks.part_2", "std/frameworks/part_2.lictor"),
    module!("std.frameworks.pci_dss", "std/frameworks/pci_dss.lictor"),
    module!("std.frameworks.psd2", "std/frameworks/psd2.lictor"),
    module!("std.frameworks.reg_b", "std/frameworks/reg_b.lictor"),
    module!("std.frameworks.reg_e", "std/frameworks/reg_e.lictor"),
    module!("std.frameworks.reg_f", "std/frameworks/reg_f.lictor"),
    module!("std.frameworks.reg_z", "std/frameworks/reg_z.lictor"),
    module!("std.frameworks.soc2", "std/frameworks/soc2.lictor"),
    module!("std.frameworks.sox", "std/frameworks/sox.lictor"),
    module!("std.frameworks.state_insurance", "std/frameworks/state_insurance.lictor"),
    module!("std.frameworks.tcpa", "std/frameworks/tcpa.lictor"),
    module!("std.health", "packs/health/health.lictor"),
    module!("std.health.access", "packs/health/access.lictor"),
    module!("std.health.access_requests", "packs/health/access_requests.lictor"),
    module!("std.health.authorization", "packs/health/authorization.lictor"),
    module!("std.health.breaches", "packs/health/breaches.lictor"),
    module!("std.health.business_associates", "packs/health/business_associates.lictor"),
    module!("std.health.deidentified", "packs/health/deidentified.lictor"),
    module!("std.health.minimum_necessary", "packs/health/minimum_necessary.lictor"),
    module!("std.health.people", "packs/health/people.lictor"),
    module!("std.health.prior_auth", "packs/health/prior_auth.lictor"),
    module!("std.health.psychotherapy", "packs/health/psychotherapy.lictor"),
    module!("std.health.records", "packs/health/records.lictor"),
    module!("std.health.signatures", "packs/health/signatures.lictor"),
    module!("std.health.substance_use", "packs/health/substance_use.lictor"),
    module!("std.hiring", "packs/hiring/hiring.lictor"),
    module!("std.hiring.ai_notice", "packs/hiring/ai_notice.lictor"),
    module!("std.hiring.background_checks", "packs/hiring/background_checks.lictor"),
    module!("std.hiring.bias_audit", "packs/hiring/bias_audit.lictor"),
    module!("std.hiring.features", "packs/hiring/features.lictor"),
    module!("std.hiring.impact_ratio", "packs/hiring/impact_ratio.lictor"),
    module!("std.hiring.interviews", "packs/hiring/interviews.lictor"),
    module!("std.hiring.new_york_days", "packs/hiring/new_york_days.lictor"),
    module!("std.hiring.people_decide", "packs/hiring/people_decide.lictor"),
    module!("std.hiring.places", "packs/hiring/places.lictor"),
    module!("std.hiring.records", "packs/hiring/records.lictor"),
    module!("std.hiring.releases", "packs/hiring/releases.lictor"),
    module!("std.hiring.tool_notice", "packs/hiring/tool_notice.lictor"),
    module!("std.hiring.tools", "packs/hiring/tools.lictor"),
    module!("std.house", "packs/house/house.lictor"),
    module!("std.house.letters", "packs/house/letters.lictor"),
    module!("std.house.programs", "packs/house/programs.lictor"),
    module!("std.insurance", "packs/insurance/insurance.lictor"),
    module!("std.insurance.ai_program", "packs/insurance/ai_program.lictor"),
    module!("std.insurance.claim_clocks", "packs/insurance/claim_clocks.lictor"),
    module!("std.insurance.claim_denials", "packs/insurance/claim_denials.lictor"),
    module!("std.insurance.claim_payees", "packs/insurance/claim_payees.lictor"),
    module!("std.insurance.pricing", "packs/insurance/pricing.lictor"),
    module!("std.insurance.words", "packs/insurance/words.lictor"),
    module!("std.law", "packs/law/law.lictor"),
    module!("std.law.advice", "packs/law/advice.lictor"),
    module!("std.law.client_consent", "packs/law/client_consent.lictor"),
    module!("std.law.client_funds", "packs/law/client_funds.lictor"),
    module!("std.law.e_sign", "packs/law/e_sign.lictor"),
    module!("std.law.filings", "packs/law/filings.lictor"),
    module!("std.law.holds", "packs/law/holds.lictor"),
    module!("std.law.privilege", "packs/law/privilege.lictor"),
    module!("std.law.signatures", "packs/law/signatures.lictor"),
    module!("std.law.walls", "packs/law/walls.lictor"),
    module!("std.law.words", "packs/law/words.lictor"),
    module!("std.payments", "std/payments.lictor"),
    module!("std.reasons", "std/reasons.lictor"),
    module!("std.risk", "std/risk.lictor"),
    module!("std.risk.branches", "std/risk/branches.lictor"),
    module!("std.risk.disasters", "std/risk/disasters.lictor"),
    module!("std.risk.downloads", "std/risk/downloads.lictor"),
    module!("std.risk.files", "std/risk/files.lictor"),
    module!("std.risk.house", "std/risk/house.lictor"),
    module!("std.risk.orders", "std/risk/orders.lictor"),
    module!("std.shop.catalogue", "packs/shop/catalogue.lictor"),
    module!("std.tools.agents", "std/tools/agents.lictor"),
    module!("std.tools.aws", "std/tools/aws.lictor"),
    module!("std.tools.calendar", "std/tools/calendar.lictor"),
    module!("std.tools.chrome_devtools", "std/tools/chrome_devtools.lictor"),
    module!("std.tools.codex", "std/tools/codex.lictor"),
    module!("std.tools.commerce", "std/tools/commerce.lictor"),
    module!("std.tools.copilot", "std/tools/copilot.lictor"),
    module!("std.tools.drive", "std/tools/drive.lictor"),
    module!("std.tools.editors", "std/tools/editors.lictor"),
    module!("std.tools.filesystem", "std/tools/filesystem.lictor"),
    module!("std.tools.gemini", "std/tools/gemini.lictor"),
    module!("std.tools.git", "std/tools/git.lictor"),
    module!("std.tools.github", "std/tools/github.lictor"),
    module!("std.tools.github.reads", "std/tools/github/reads.lictor"),
    module!("std.tools.gitlab", "std/tools/gitlab.lictor"),
    module!("std.tools.gmail", "std/tools/gmail.lictor"),
    module!("std.tools.google_workspace", "std/tools/google_workspace.lictor"),
    module!("std.tools.http", "std/tools/http.lictor"),
    module!("std.tools.kubectl", "std/tools/kubectl.lictor"),
    module!("std.tools.kubernetes", "std/tools/kubernetes.lictor"),
    module!("std.tools.memory", "std/tools/memory.lictor"),
    module!("std.tools.outlook", "std/tools/outlook.lictor"),
    module!("std.tools.playwright", "std/tools/playwright.lictor"),
    module!("std.tools.puppeteer", "std/tools/puppeteer.lictor"),
    module!("std.tools.search", "std/tools/search.lictor"),
    module!("std.tools.shell", "std/tools/shell.lictor"),
    module!("std.tools.shell.cline", "std/tools/shell/cline.lictor"),
    module!("std.tools.shell.codex", "std/tools/shell/codex.lictor"),
    module!("std.tools.shell.cursor", "std/tools/shell/cursor.lictor"),
    module!("std.tools.shell.gemini", "std/tools/shell/gemini.lictor"),
    module!("std.tools.slack", "std/tools/slack.lictor"),
    module!("std.tools.sql", "std/tools/sql.lictor"),
    module!("std.tools.stripe", "std/tools/stripe.lictor"),
    module!("std.tools.web", "std/tools/web.lictor"),
    module!("std.types", "std/types.lictor"),
    module!("std.unknown", "std/unknown.lictor"),
];

/// Whether a module is there for its rules, or for what it says of the calls of tools: to import it puts these in force, and is nothing that is
/// done for the sake of a name.
pub fn is_for_its_rules(name: &str) -> bool {
    const FOLDERS: [&str; 6] = ["packs/", "std/base.", "std/base/", "std/risk.", "std/risk/", "std/tools/"];
    module(name).is_some_and(|module| FOLDERS.iter().any(|folder| module.path.starts_with(folder)))
}

/// The module of this name, where the library has one.
pub fn module(name: &str) -> Option<&'static Module> {
    MODULES.iter().find(|module| module.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_found_by_the_name_it_declares() {
        for entry in MODULES {
            let declared = entry.text.lines().find_map(|line| line.strip_prefix("module ")).unwrap();
            assert_eq!(declared, entry.name);
            assert_eq!(entry.path, path(entry));
            assert_eq!(module(declared), Some(entry));
        }
        assert_eq!(module("std.nothing"), None);
    }

    /// Where a module stands: below `std`, or in the folder of its pack, in which the module of the pack's own name lies beside the others.
    fn path(entry: &Module) -> String {
        let inside = entry.name.strip_prefix("std.").unwrap().replace('.', "/");
        match (entry.path.starts_with("packs/"), inside.contains('/')) {
            (false, _) => format!("std/{inside}.lictor"),
            (true, false) => format!("packs/{inside}/{inside}.lictor"),
            (true, true) => format!("packs/{inside}.lictor"),
        }
    }

    #[test]
    fn what_is_for_its_rules_lies_in_its_folder() {
        assert!(
            is_for_its_rules("std.finance")
                && is_for_its_rules("std.base.scope")
                && is_for_its_rules("std.risk")
                && is_for_its_rules("std.tools.web")
        );
        assert!(!is_for_its_rules("std.actions.payment") && !is_for_its_rules("acme.finance"));
    }

    #[test]
    fn modules_are_sorted_by_name() {
        assert!(MODULES.is_sorted_by_key(|module| module.name));
    }
}
