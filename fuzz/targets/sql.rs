//! Any text is one of SQL: it is answered, twice the same, and another statement makes it no less grave.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_commands::{MAX_TABLES, MAX_TEXT, SqlAct, sql};

fuzz_target!(|text: &str| {
    let said = sql(text);
    assert_eq!(said, sql(text));
    assert!(said.reads.len() <= MAX_TABLES && said.writes.len() <= MAX_TABLES);
    assert!(said.act != SqlAct::Opaque || said.opaque, "{said:?}");
    if text.len() + 20 > MAX_TEXT {
        return;
    }
    let before = sql(&format!("DROP TABLE x;\n{text}"));
    assert!(before.act >= said.act.max(SqlAct::Drops), "before: {:?}, was {:?}", before.act, said.act);
    if !said.opaque {
        let after = sql(&format!("{text}\n;DROP TABLE x"));
        assert!(after.act >= said.act, "after: {:?}, was {:?}", after.act, said.act);
    }
});
