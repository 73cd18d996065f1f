//! The page: method, machine, and a table for everything that was measured, with the command that measures it again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::catalogue::{Described, WORKLOADS, contestant};
use super::measured::Table;
use super::quantity::{Quantity, grouped, multiple};
use super::{machine, plot};

/// The page and its plots: for each file its name and its text.
#[must_use]
pub fn write(mut tables: BTreeMap<String, Table>) -> Vec<(String, String)> {
    let (mut page, mut files) = (head(), Vec::new());
    for workload in WORKLOADS {
        let measured: Vec<(&Described<'_>, Table)> =
            workload.tables.iter().filter_map(|table| Some((table, tables.remove(table.name)?))).collect();
        if measured.is_empty() {
            continue;
        }
        let _ = write!(page, "\n## {}\n\n{}\n", workload.title, workload.about);
        let name = format!("benchmarks-{}.svg", workload.letter);
        let _ = write!(page, "\n![{}: medians on an axis of powers of ten]({name})\n", workload.title);
        let pairs: Vec<(&Described<'_>, &Table)> =
            measured.iter().map(|(described, table)| (*described, table)).collect();
        let times = pairs.iter().copied().filter(|(described, _)| described.quantity == Quantity::Time);
        files.push((name, plot::draw(workload.title, &times.collect::<Vec<_>>())));
        for (described, table) in pairs {
            section(&mut page, described, table);
        }
    }
    if !tables.is_empty() {
        page.push_str("\n## What else was measured\n");
    }
    for (name, table) in &tables {
        let described = Described {
            name: "",
            title: name,
            row: "",
            command: "cargo bench -- '^#$'",
            base: "floor",
            ours: "",
            quantity: Quantity::Time,
        };
        section(&mut page, &described, table);
    }
    files.push(("benchmarks.md".to_owned(), page));
    files
}

fn head() -> String {
    format!(
        "# Benchmarks\n\n\
         This page and its plots are written by `benches/run`, which measures everything on it in one run. What was not measured in that run is not\n\
         here. Before anything is timed, everybody is asked about random requests, and has to decide the same.\n\n\
         | | |\n|---|---|\n| measured on | {} |\n| compiled with | {}, `--release` |\n| peers | {} |\n\n\
         A number is the median that criterion finds; beside it stands how many times as much that is as in the column marked with a `*`. Multiples\n\
         carry over to other machines, times do not. How the peers are treated, and why so, is told in [benches](../benches/README.md).\n",
        machine::processor(),
        machine::compiler(),
        machine::peers(),
    )
}

/// A table, and how each of its numbers is measured again.
fn section(page: &mut String, described: &Described<'_>, table: &Table) {
    let ids: BTreeSet<&String> = table.rows.iter().flat_map(|row| row.medians.keys()).collect();
    let mut ids: Vec<&String> = ids.into_iter().collect();
    ids.sort_by_key(|id| contestant(id).0);
    let _ = write!(page, "\n### {}\n\n| {} |", described.title, described.row);
    for id in &ids {
        let star = if *id == described.base { " *" } else { "" };
        let _ = write!(page, " {}{star} |", contestant(id).1);
    }
    let _ = write!(page, "\n|---|{}\n", "---:|".repeat(ids.len()));
    for row in &table.rows {
        let _ = write!(page, "| {} |", grouped(&row.name));
        let base = row.medians.get(described.base);
        for id in &ids {
            match row.medians.get(*id) {
                None => page.push_str(" |"),
                Some(median) => {
                    let _ = write!(page, " {}", described.quantity.show(*median));
                    match base.filter(|_| *id != described.base) {
                        Some(base) => {
                            let _ = write!(page, " ({}) |", multiple(*median, *base));
                        }
                        None => page.push_str(" |"),
                    }
                }
            }
        }
        page.push('\n');
    }
    let Some(row) = table.rows.first() else { return };
    let id = row.id.replace('#', ids.last().map_or("", |id| id));
    let _ = write!(page, "\nOne number again, by its row and its contestant, of {}:\n\n", listed(&ids));
    let command = described.command.replace('#', &id);
    let _ = write!(page, "```console\n$ cd benches && {command}\n```\n");
}

fn listed(ids: &[&String]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}
