//! One suite for all stores: what holds in memory holds in SQLite and in PostgreSQL.

mod support;

#[path = "suite/tokens.rs"]
mod tokens;
#[path = "suite/budgets.rs"]
mod budgets;
#[path = "suite/approvals.rs"]
mod approvals;
#[path = "suite/log.rs"]
mod log;
#[path = "suite/small.rs"]
mod small;

use lictor_store::{Options, Store, TenantId};
use support::Folder;

/// A store to try, with one tenant, and what must live as long as it. Two handles of one store are two gateways, where it can have two.
pub struct Tried {
    /// One gateway's.
    pub store: Store,
    /// Another's.
    pub second: Store,
    /// The tenant of both.
    pub tenant: TenantId,
    _folder: Option<Folder>,
}

fn tried(store: Store, second: Store, folder: Option<Folder>) -> Tried {
    let tenant = store.tenant("acme").unwrap();
    assert_eq!(second.tenant("acme").unwrap(), tenant);
    Tried { store, second, tenant, _folder: folder }
}

fn in_memory(_: &str) -> Option<Tried> {
    let store = Store::memory().unwrap();
    Some(tried(store.clone(), store, None))
}

fn in_sqlite(name: &str) -> Option<Tried> {
    let folder = Folder::new(name);
    // Two handles that know nothing of each other, as two processes would have.
    let open = || Store::sqlite(&folder.file("store.db"), &Options::default()).unwrap();
    Some(tried(open(), open(), Some(folder)))
}

fn in_postgres(name: &str) -> Option<Tried> {
    let url = support::cluster::shared()?.database(name);
    let open = || Store::postgres(&url, &Options::default()).unwrap();
    Some(tried(open(), open(), None))
}

/// Each case as a test on each store.
macro_rules! suite {
    ($($module:ident :: $case:ident)*) => {
        mod memory { $(#[test] fn $case() { crate::in_memory(stringify!($case)).iter().for_each(crate::$module::$case) })* }
        mod sqlite { $(#[test] fn $case() { crate::in_sqlite(stringify!($case)).iter().for_each(crate::$module::$case) })* }
        mod postgres { $(#[test] fn $case() { crate::in_postgres(stringify!($case)).iter().for_each(crate::$module::$case) })* }
    };
}

suite! {
    tokens::one_of_two_hundred_burns
    tokens::a_key_gets_its_first_answer
    tokens::a_released_token_never_burns
    tokens::a_token_past_its_end_does_not_burn
    tokens::states_follow_each_other
    tokens::a_new_generation_voids_what_is_open
    tokens::what_is_due_is_found
    budgets::a_budget_is_never_overshot
    budgets::what_is_released_is_free_again
    budgets::a_smaller_amount_is_settled
    budgets::a_job_leaves_out_its_own_reservation
    budgets::what_is_unclear_is_not_answered
    budgets::other_currencies_are_told
    budgets::sums_do_not_overflow
    approvals::equal_requests_are_one
    approvals::a_quorum_of_persons
    approvals::a_refusal_cools_down
    approvals::an_approval_is_used_once
    approvals::pending_requests_are_counted
    log::indices_have_no_gaps
    log::records_are_found
    log::an_erased_record_keeps_its_leaf
    log::what_lies_beside_an_erased_record_goes_with_it
    log::nodes_are_those_of_the_tree
    log::time_never_goes_back
    small::api_keys
    small::values_under_names
    small::a_refused_job_leaves_nothing
    small::what_was_not_declared_is_not_seen
    small::a_job_that_breaks_harms_nobody
    small::tenants_are_apart
}
