//! Texts that are made to hurt: every one is answered, on a small stack, and what nobody can read says so.

use lictor_commands::{Act, MAX_TEXT, Reason, shell};

/// A stack of a quarter of what threads usually have.
const STACK: usize = 512 * 1024;

fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

const PIECES: [&str; 48] = [
    "(",
    "((",
    "( (",
    "$(",
    "$((",
    "`",
    "\\`",
    "${",
    "${a:-",
    "{",
    "{ ",
    "{a,",
    "<(",
    ">(",
    "\"$(",
    "\"",
    "'",
    "$'",
    "$'\\x",
    "if ",
    "if a; then ",
    "case a in a) ",
    "case ",
    "for a in ",
    "while ",
    "function a ",
    "a() ",
    "a() { ",
    "a() (",
    "[[ ",
    "[[ ( ",
    "! ",
    "a|",
    "a&&",
    "a;",
    "a&",
    "<<A\n",
    "<<A ",
    "<<<",
    ">",
    "2>&1",
    "a=(",
    "sudo ",
    "sh -c ",
    "eval ",
    "xargs ",
    "\\\n",
    "$[",
];

#[test]
fn nothing_is_too_deep() {
    on_a_small_stack(|| {
        for piece in PIECES {
            for (count, end) in [(1, ""), (7, ""), (100, ""), (5_000, ""), (100, "rm x"), (5_000, ")")] {
                let mut text = piece.repeat(count);
                text.truncate(MAX_TEXT - 10);
                text.push_str(end);
                shell(&text);
            }
            let whole = piece.repeat(100_000 / piece.len());
            assert_eq!(shell(&whole).reason, Some(Reason::Long), "{piece}");
        }
        for left in PIECES {
            for right in PIECES {
                shell(&[left, right].concat().repeat(300));
            }
        }
    });
}

#[test]
fn what_is_inside_too_many_is_opaque() {
    on_a_small_stack(|| {
        let nested =
            |open: &str, close: &str| shell(&format!("echo {}rm x{}", open.repeat(40), close.repeat(40)));
        assert_eq!(nested("$(", ")").reason, Some(Reason::Deep));
        assert_eq!(nested("<(cat ", ")").reason, Some(Reason::Deep));
        assert_eq!(shell(&format!("{}rm x", "sudo ".repeat(40))).reason, Some(Reason::Deep));
        assert_eq!(shell(&"a;".repeat(5_000)).reason, Some(Reason::Long));
        assert_eq!(shell(&format!("ls {}", "a ".repeat(5_000))).reason, Some(Reason::Long));
    });
}

#[test]
fn what_is_cut_off_is_opaque() {
    for text in [
        "echo 'a",
        "echo \"a",
        "echo $(a",
        "echo `a",
        "echo ${a",
        "(ls",
        "ls)",
        "cat <<A\nb",
        "ls ;;",
        "$'a",
        "a=(b",
        "[[ a",
        "ls >",
    ] {
        assert_eq!(shell(text).act, Act::Opaque, "{text}");
    }
}

#[test]
fn whatever_is_put_together_is_answered() {
    on_a_small_stack(|| {
        let words = [
            "rm", " -rf ", "/", "\n", " ", "a", ")", "}", "]]", "esac", "done", "fi", ";;", "A\n", "x", "ä",
            "\0", "'", "\"",
        ];
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..next(40) {
                text.push_str(if next(2) == 0 {
                    PIECES[next(PIECES.len())]
                } else {
                    words[next(words.len())]
                });
            }
            let said = shell(&text);
            assert_eq!(said, shell(&text));
            // A line of its own behind one that was understood is a command of its own.
            if !said.opaque {
                assert!(shell(&format!("{text}\nrm -rf /")).act >= Act::Deletes, "{text:?}");
            }
        }
    });
}
