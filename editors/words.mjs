// The words of the language, from `words.json`, which a test of `tests/tests/editor_words.rs` holds against the compiler's own list.

import { readFileSync } from "node:fs";

const words = JSON.parse(readFileSync(new URL("./words.json", import.meta.url), "utf8"));

/** Those that stand for a value. */
export const values = words.reserved.filter((word) => word === "true" || word === "false");

/** The marks that stand before a type. */
export const marks = words.reserved.filter((word) => ["pii", "secret", "attested", "signed"].includes(word));

/** The other words that may name nothing. */
export const reserved = words.reserved.filter((word) => !values.includes(word) && !marks.includes(word));

/** Those that begin an item, in column 1. */
export const items = words.items;

/** Those that are words of the language only where they can stand: whatever begins a line inside an item, or goes on with one. */
export const contextual = [...new Set([...words.statements, ...words.steps, ...words.clauses])].sort();

/** The stages at which a rule can stand. */
export const stages = words.stages;

/** A regular expression that takes one of some words; longer ones first, so that none is cut short. */
export const oneOf = (some) => [...some].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join("|");
