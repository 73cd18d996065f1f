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
    HARMLESS.split(' ').any(|one| one == name)
        || HARMLESS_STARTS.iter().any(|start| name.starts_with(start))
        || NAMES.contains(&name) && known && PROGRAMS.contains(&value)
        || name == "PATH" && keeps_programs(value, known)
        || name == "IFS" && program == "read"
}

/// How the names of variables begin that say which programs run, which settings they read, or whom they trust with a key.
const STARTS: &str = "LD_ DYLD_ GIT_ BASH_ PYTHON PERL RUBY RUST LESS SSL_ KUBE DOCKER_ XDG_ CARGO_ AWS_ NPM_CONFIG npm_config JAVA_ \
    SHELL CURL_ GOOGLE_ CLOUDSDK_ AZURE_ VAULT_ CONSUL_ NOMAD_ GH_ GITHUB_ GITLAB_ GLAB_ HELM_ TF_ PULUMI_ HEROKU_ DIGITALOCEAN_ FLY_ BOTO_ \
    GEM_ BUNDLE_ YARN_ PNPM_ COREPACK_ NODE_ DOTNET_ PIP_ UV_ GRADLE_ MAVEN_ SYSTEMD_ DEBUGINFOD_ RSYNC_";
/// How they end.
const ENDS: [&str; 7] = ["PAGER", "EDITOR", "PROXY", "proxy", "WRAPPER", "PATH", "OPTIONS"];
/// Whole names; those of zsh in small letters are the same as those in large ones, or hold what its commands are.
const WHOLE: &str = "ENV PROMPT_COMMAND IFS PS0 PS1 PS2 PS3 PROMPT RPROMPT ZDOTDIR PS4 RUBYOPT HOME VISUAL BROWSER MAKEFLAGS TERMINFO \
    RIPGREP_CONFIG_PATH CDPATH INPUTRC NULLCMD READNULLCMD STTY POSIXLY_CORRECT WGETRC ACKRC ZIPOPT ZIP UNZIP PSQLRC LPATH GOFLAGS GOROOT \
    GOENV GOTOOLCHAIN path cdpath fpath mailpath module_path aliases galiases saliases dis_aliases functions dis_functions commands options \
    nameddirs chpwd_functions precmd_functions preexec_functions periodic_functions zshexit_functions";

/// Whether a variable of this name changes what runs later, which programs find their settings where, or whom they trust.
pub(super) fn matters(name: &str, value: &str, known: bool) -> bool {
    let told = STARTS.split_ascii_whitespace().any(|start| name.starts_with(start))
        || ENDS.iter().any(|end| name.ends_with(end))
        || WHOLE.split_ascii_whitespace().any(|one| one == name);
    told && !(name == "PATH" && keeps_programs(value, known)) && !is_harmless(name, value, known, "")
}

/// Whether programs are looked for where they were before, and besides only where the system or the user keeps them: what lies there is not changed
/// unasked. A `$PATH` that is only a text is a folder of that name.
fn keeps_programs(value: &str, known: bool) -> bool {
    let Some((before, behind)) = value.split_once("$PATH").or_else(|| value.split_once("${PATH}")) else {
        return false;
    };
    let project = |folder: &str| {
        matches!(folder, "./node_modules/.bin" | "node_modules/.bin" | "$PWD/node_modules/.bin")
    };
    let is_first =
        before.is_empty() || before.ends_with(':') && before.trim_end_matches(':').split(':').all(is_usual);
    let is_last = behind.is_empty()
        || behind
            .strip_prefix(':')
            .is_some_and(|rest| rest.split(':').all(|folder| is_usual(folder) || project(folder)));
    !known && is_first && is_last
}

/// Whether the system or the user keeps programs in a folder.
fn is_usual(folder: &str) -> bool {
    let home = ["$HOME/", "${HOME}/", "~/"].iter().find_map(|home| folder.strip_prefix(home));
    let own = |rest: &str| {
        matches!(rest, "bin" | "go/bin")
            || rest.starts_with('.') && (rest.ends_with("/bin") || rest.ends_with("/shims"))
    };
    let system = ["/usr/", "/bin", "/sbin", "/opt/", "/snap/"].iter().any(|start| folder.starts_with(start));
    !folder.contains("..") && !folder.contains(['*', '?', '`', '(']) && (system || home.is_some_and(own))
}

/// Whether a variable says what is recorded of commands.
pub(super) fn is_record(name: &str) -> bool {
    name.starts_with("HIST")
}
