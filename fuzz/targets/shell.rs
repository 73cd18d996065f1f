//! Any text is a command line: it is answered, twice the same, and neither another command nor a program around it makes it less grave.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_commands::{Act, Reason, shell};

fuzz_target!(|text: &str| {
    let said = shell(text);
    assert_eq!(said, shell(text));
    let beyond = |reason: Option<Reason>| matches!(reason, Some(Reason::Long | Reason::Deep));
    let before = shell(&format!("rm -rf /\n{text}"));
    assert!(before.act >= Act::Destroys || beyond(before.reason), "before: {:?}", before.act);
    // What nobody can read may take in what stands behind it; so does a backslash at the end.
    if said.opaque || text.ends_with('\\') {
        return;
    }
    let after = shell(&format!("{text}\nrm -rf /"));
    let least = said.act.max(Act::Deletes);
    assert!(after.act >= least || beyond(after.reason), "after: {:?}, was {:?}", after.act, said.act);
    // What begins so is an option of the program around it.
    if text.starts_with(['-', '+']) || text.contains('\0') {
        return;
    }
    let quoted = format!("'{}'", text.replace('\'', "'\\''"));
    for around in ["sh -c", "env sh -c", "nohup bash -c", "eval"] {
        let inside = shell(&format!("{around} {quoted}"));
        assert!(
            inside.act >= said.act || beyond(inside.reason),
            "{around}: {:?}, was {:?}",
            inside.act,
            said.act
        );
    }
});
