//! The pages that show the command at work print what it prints.

mod common;

use common::page::check;

#[test]
fn testing_a_policy() {
    check("testing.md");
}

#[test]
fn keys_and_editions() {
    check("keys.md");
}

#[test]
fn who_approves() {
    check("approvals.md");
}

#[test]
fn what_changed() {
    check("diff.md");
}

#[test]
fn before_a_server_of_mcp() {
    check("mcp.md");
}
