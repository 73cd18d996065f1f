//! Variables: what a program reads from them may be another program. Before a command only those are passed over that are known to
//! be harmless; what is set for later is told by its name.

/// Variables that change nothing but what a program says and builds.
const HARMLESS: &str = "NODE_ENV RUST_LOG RUST_BACKTRACE RUST_TEST_THREADS DEBUG VERBOSE LOG_LEVEL LOGLEVEL PORT HOST CI TZ LANG \
    LANGUAGE NO_COLOR FORCE_COLOR CLICOLOR TERM COLUMNS LINES RAILS_ENV RACK_ENV APP_ENV FLASK_ENV FLASK_DEBUG ENVIRONMENT MIX_ENV \
    DJANGO_SETTINGS_MODULE GOOS GOARCH GOARM CGO_ENABLED GO111MODULE PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE PYTHONHASHSEED \
    CARGO_TERM_COLOR CARGO_INCREMENTAL INSTA_UPDATE DEBIAN_FRONTEND SOURCE_DATE_EPOCH GIT_TERMINAL_PROMPT GIT_AUTHOR_NAME \
    GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE TEST_ENV HEADLESS COVERAGE JOBS \
    BUILD_TYPE CMAKE_BUILD_TYPE MALLOC_CHECK_ ASAN_OPTIONS GIT_OPTIONAL_LOCKS NEXT_TELEMETRY_DISABLED DO_NOT_TRACK";
const HARMLESS_STARTS: [&str; 5] = ["LC_", "VITE_", "REACT_APP_", "NEXT_PUBLIC_", "TEST_"];
/// Variables that name a program, harmless where they name one of these.
const NAMES: [&str; 9] = [
    "EDITOR",
    "VISUAL",
    "GIT_EDITOR",
    "GIT_PAGER",
    "PAGER",
    "MANPAGER",
    "BROWSER",
    "GIT_SEQUENCE_EDITOR",
    "AWS_PAGER",
];
const PROGRAMS: [&str; 8] = ["cat", "less", "true", ":", "vim", "nano", "", "more"];

/// Whether nothing runs that would not without it, where it is set for one command.
pub(super) fn is_harmless(name: &str, value: &str, known: bool, program: &str) -> bool {
    // The directory of the project's own programs behind all others.
    HARMLESS.split(' ').any(|one| one == name)
        || HARMLESS_STARTS.iter().any(|start| name.starts_with(start))
        || NAMES.contains(&name) && known && PROGRAMS.contains(&value)
        || name == "PATH" && value.starts_with("$PATH:./node_modules")
        || name == "IFS" && program == "read"
}

/// Whether a variable of this name changes what runs later, which programs find their settings where, or whom they trust.
pub(super) fn matters(name: &str, value: &str, known: bool) -> bool {
    const STARTS: [&str; 20] = [
        "LD_",
        "DYLD_",
        "GIT_",
        "BASH_",
        "PYTHON",
        "PERL",
        "RUBY",
        "LESS",
        "SSL_",
        "KUBE",
        "DOCKER_",
        "XDG_",
        "CARGO_",
        "AWS_",
        "NPM_CONFIG",
        "npm_config",
        "JAVA_",
        "SHELL",
        "CURL_",
        "GOOGLE_",
    ];
    const ENDS: [&str; 7] = ["PAGER", "EDITOR", "PROXY", "proxy", "WRAPPER", "PATH", "OPTIONS"];
    const WHOLE: [&str; 19] = [
        "ENV",
        "PROMPT_COMMAND",
        "IFS",
        "PS0",
        "PS1",
        "PS2",
        "PS3",
        "PROMPT",
        "RPROMPT",
        "ZDOTDIR",
        "PS4",
        "RUBYOPT",
        "HOME",
        "VISUAL",
        "BROWSER",
        "MAKEFLAGS",
        "TERMINFO",
        "RIPGREP_CONFIG_PATH",
        "CDPATH",
    ];
    let told = STARTS.iter().any(|start| name.starts_with(start))
        || ENDS.iter().any(|end| name.ends_with(end))
        || WHOLE.contains(&name);
    let behind = name == "PATH" && value.starts_with("$PATH:")
        || name == "PATH" && value.ends_with("/bin:$PATH") && is_usual(value);
    told && !behind && !is_harmless(name, value, known, "")
}

/// Whether programs are looked for where the system or the user keeps them.
fn is_usual(value: &str) -> bool {
    ["/usr/", "/opt/homebrew/", "$HOME/.cargo/", "$HOME/.local/", "~/.cargo/", "~/.local/"]
        .iter()
        .any(|start| value.starts_with(start))
}

/// Whether a variable says what is recorded of commands.
pub(super) fn is_record(name: &str) -> bool {
    name.starts_with("HIST")
}
