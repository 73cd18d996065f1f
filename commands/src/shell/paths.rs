//! What files are, told by their names.

/// Parts of the names of files that open doors, in small letters.
const SECRET: [&str; 47] = [
    "/.ssh/",
    ".aws/credentials",
    ".aws/config",
    "/.netrc",
    "/_netrc",
    ".npmrc",
    ".pypirc",
    ".docker/config.json",
    ".kube/config",
    "/.gnupg/",
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/sudoers",
    "id_rsa",
    "id_ed25519",
    "id_ecdsa",
    "id_dsa",
    "credentials.json",
    ".git-credentials",
    "/environ",
    ".config/gcloud",
    "/.azure/",
    ".vault-token",
    ".password-store",
    "login data",
    "logins.json",
    "key4.db",
    "cookies.sqlite",
    "/keychains/",
    "wallet.dat",
    "_history",
    "/run/secrets/",
    "tfstate",
    "credentials.tfrc.json",
    "gh/hosts.yml",
    "service-account",
    "service_account",
    "/etc/krb5.keytab",
    ".pgpass",
    ".my.cnf",
    "/etc/security/opasswd",
    ".boto",
    ".s3cfg",
    ".rclone.conf",
    "/secrets/",
    "secrets.y",
    "/.cargo/credentials",
];
/// Endings of such names.
const SECRET_ENDS: [&str; 12] =
    [".aws", ".kube", ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".ssh", ".gnupg"];
/// What holds agents back: the settings and hooks of their hosts.
const GUARD: [&str; 11] = [
    ".claude/settings",
    ".claude/hooks",
    ".claude.json",
    ".codex/config",
    ".codex/hooks",
    ".mcp.json",
    ".cursor/mcp",
    ".cursor/hooks",
    ".gemini/settings",
    "/etc/lictor",
    "managed-settings.json",
];
/// What was recorded of what happened.
const RECORD: [&str; 5] = ["/var/log", "_history", "/var/audit", "/var/spool/mail", "wtmp"];
/// What runs by itself, says who may do what, or belongs to the system.
const SYSTEM: [&str; 38] = [
    ".envrc",
    ".vscode/tasks",
    ".github/workflows",
    ".gitattributes",
    ".cargo/config",
    "/etc/",
    "/usr/",
    "/bin/",
    "/sbin/",
    "/boot/",
    "/lib/",
    "/lib64/",
    "/opt/",
    "/root/",
    "/sys/",
    "/proc/",
    "/system/",
    "/library/",
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".bash_logout",
    ".zshrc",
    ".zshenv",
    ".zprofile",
    "/.profile",
    "config.fish",
    "authorized_keys",
    ".ssh/config",
    "/.ssh/",
    ".git/hooks",
    ".gitconfig",
    ".git/config",
    "launchagents",
    "/systemd/",
    "autostart",
    "/var/spool/cron",
    ".husky/",
];

/// The name in small letters, behind `-x`, `--option=`, `@`, `file://` and with one form for the home folder.
fn plain(word: &str) -> String {
    let mut name = word.to_lowercase();
    for before in ["file://", "@"] {
        if let Some((_, behind)) = name.rsplit_once(before) {
            name = behind.to_owned();
        }
    }
    if !name.starts_with(['/', '~', '.', '$'])
        && let Some((_, behind)) = name.split_once('=')
    {
        name = behind.to_owned();
    }
    let home = ["~/", "$home/", "${home}/", "${home:?}/"];
    for home in home {
        if let Some(behind) = name.strip_prefix(home) {
            name = format!("/home/me/{behind}");
        }
    }
    let mut short = String::new();
    for part in name.split('/').filter(|part| *part != ".") {
        if !(part.is_empty() && short.ends_with('/')) {
            short.push_str(part);
            short.push('/');
        }
    }
    if !name.ends_with('/') {
        short.pop();
    }
    short
}

/// Whether a word names a file that opens doors, or may.
pub(super) fn is_secret(word: &str, splits: bool) -> bool {
    let name = plain(word);
    let under = format!("/{name}");
    let last = name.rsplit('/').next().unwrap_or_default();
    let is_env = last == ".env"
        || (last.starts_with(".env.")
            && !["example", "sample", "template", "dist"].iter().any(|end| last.ends_with(end)));
    if last.ends_with(".pub") || last == "known_hosts" || last == "environ.rs" {
        return false;
    }
    is_env
        || SECRET.iter().any(|part| under.contains(part))
        || SECRET_ENDS.iter().any(|end| last.ends_with(end))
        || (splits && may_be_secret(&name))
}

/// A pattern that could match a hidden file of somebody's, or one of the system's.
fn may_be_secret(name: &str) -> bool {
    let open = |part: &str| part.contains(['*', '?', '[', '{']);
    let hidden = name.split('/').any(|part| {
        (part.starts_with('.') || part.starts_with(['?', '['])) && open(part) && !part.starts_with("...")
    });
    let outside = name.starts_with('/') && !name.starts_with("/tmp/") && !name.starts_with("/home/me/");
    let ends = [".p*m", ".k*y", "/etc"];
    hidden || (outside && open(name)) || ends.iter().any(|end| name.contains(end) && open(name))
}

/// Whether a variable of this name is one that opens doors.
pub(super) fn is_secret_variable(text: &str) -> bool {
    const PARTS: [&str; 10] = [
        "SECRET",
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "API_KEY",
        "APIKEY",
        "CREDENTIAL",
        "PRIVATE_KEY",
        "ACCESS_KEY",
        "_KEY",
    ];
    text.split('$').skip(1).any(|behind| {
        let name: String = behind
            .trim_start_matches('{')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let name = name.to_uppercase();
        PARTS.iter().any(|part| name.contains(part))
    })
}

/// Whether a file holds agents back.
pub(super) fn is_guard(word: &str) -> bool {
    let name = format!("/{}", plain(word));
    GUARD.iter().any(|part| name.contains(part))
}

/// Whether a file records what happened.
pub(super) fn is_record(word: &str) -> bool {
    let name = plain(word);
    RECORD.iter().any(|part| name.contains(part))
}

/// Whether a file is the system's, or runs by itself.
pub(super) fn is_system(word: &str) -> bool {
    let name = plain(word);
    let harmless = ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"];
    !harmless.contains(&name.as_str())
        && (SYSTEM.iter().any(|part| {
            if part.starts_with('/') && part.ends_with('/') && *part != "/.ssh/" && *part != "/systemd/" {
                name.starts_with(part) || format!("{name}/") == *part
            } else {
                name.contains(part)
            }
        }) || name.starts_with("/dev/"))
}

/// Whether nothing is left of a system or of what somebody has, when this goes.
pub(super) fn is_everything(word: &str) -> bool {
    let name = word.trim_end_matches(['*', '.']).trim_end_matches('/').to_lowercase();
    let name = name.strip_suffix("/.").unwrap_or(&name);
    let whole = [
        "", "~", "$home", "${home}", "/home", "/root", "/users", "/etc", "/usr", "/var", "/boot", "/bin",
        "/lib", "/sbin", "/opt", "/sys", "/dev", "/mnt", "/srv", "c:", "/system", "/library", "/windows",
    ];
    // `.` and `*` in a folder of their own are not everything; `/`, `/*`, `~/` and `..` chains up are.
    let relative = !word.starts_with(['/', '~', '$']);
    if relative {
        return word.split('/').all(|part| part == ".." || part.is_empty()) && word.matches("..").count() > 2;
    }
    let mut up = Vec::new();
    for part in name.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            up.pop();
        } else {
            up.push(part);
        }
    }
    let folded = if name.starts_with('/') { format!("/{}", up.join("/")) } else { up.join("/") };
    let folded = folded.trim_end_matches('/');
    whole.contains(&folded) || (name.starts_with("/home/") || name.starts_with("/users/")) && up.len() == 2
}
