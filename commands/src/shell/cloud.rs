//! What the command lines of providers and clusters do, told by their verbs.

use super::Act;
use super::meaning::Effect;
use super::word::Word;

/// The effect of a program that is driven by verbs, if it is one.
pub(super) fn effect(name: &str, arguments: &[Word]) -> Option<Effect> {
    const TOOLS: [&str; 24] = [
        "kubectl",
        "oc",
        "helm",
        "aws",
        "gcloud",
        "az",
        "gsutil",
        "bq",
        "doctl",
        "flyctl",
        "fly",
        "heroku",
        "vercel",
        "netlify",
        "terraform",
        "tofu",
        "pulumi",
        "docker",
        "podman",
        "nerdctl",
        "gh",
        "glab",
        "vault",
        "systemctl",
    ];
    if !TOOLS.contains(&name) {
        return None;
    }
    if !arguments.iter().all(|word| word.is_known() || word.quoted) {
        return Some(Effect::of(Act::Runs).out());
    }
    let words: Vec<&str> =
        arguments.iter().map(|word| word.text.as_str()).filter(|text| !text.starts_with('-')).collect();
    let says = |parts: &[&str]| {
        words
            .iter()
            .take(4)
            .any(|word| parts.iter().any(|part| word == part || word.starts_with(&format!("{part}-"))))
    };
    // Another server answers, or another name is asked in.
    let elsewhere = ["--kubeconfig", "--endpoint-url", "--server", "--impersonate", "--host", "--as"];
    let moved = |word: &Word| {
        elsewhere.iter().any(|option| word.text == *option || word.text.starts_with(&format!("{option}=")))
    };
    if arguments.iter().any(moved)
        || name == "docker" && arguments.first().is_some_and(|word| word.text.starts_with("-H"))
    {
        return Some(Effect::of(Act::Runs).out());
    }
    let line = words.join(" ");
    let secret = [
        "secret",
        "get-login-password",
        "print-access-token",
        "print-identity-token",
        "auth token",
        "get-secret-value",
        "kv get",
        "kv list",
        "get-parameter",
        "get-session-token",
        "assume-role",
        "create-access-key",
        "configure get",
        "kv secret",
        "config view",
        "keys list",
        "get-access-token",
        "get-password-data",
        "get values",
        "get-session",
        "list-secrets",
    ];
    let has = |text: &str| arguments.iter().any(|word| word.text == text);
    // Its values are kept in the clear.
    let values = matches!(name, "terraform" | "tofu") && words.first() == Some(&"output");
    let tunnels = matches!(words.first(), Some(&("port-forward" | "proxy")));
    if values || tunnels {
        return Some(Effect::of(if values { Act::ReadsSecret } else { Act::Runs }).out());
    }
    let act = if name == "gh" && matches!(words.first(), Some(&"api")) {
        if arguments.iter().any(|word| {
            matches!(
                word.text.as_str(),
                "-X" | "--method" | "-f" | "-F" | "--field" | "--raw-field" | "--input"
            ) || word.text.starts_with("-X")
        }) {
            Act::Sends
        } else {
            Act::Inspects
        }
    } else if secret.iter().any(|part| line.contains(part)) || (name == "gh" && has("--show-token")) {
        Act::ReadsSecret
    } else if says(&[
        "delete",
        "terminate",
        "destroy",
        "remove",
        "rm",
        "rb",
        "rmi",
        "purge",
        "drain",
        "uninstall",
        "prune",
        "deregister",
        "detach",
        "kill",
    ]) || (name == "aws" && has("--delete"))
    {
        Act::Terminates
    } else if says(&[
        "authorize",
        "revoke",
        "attach",
        "put-bucket-policy",
        "put-bucket-acl",
        "add-iam-policy-binding",
        "create-user",
        "create-role",
        "put-user-policy",
        "put-role-policy",
        "create-clusterrolebinding",
        "create-rolebinding",
        "auth",
        "login",
        "iam",
        "role",
        "label",
        "cordon",
        "certificate",
        "modify",
    ]) && !says(&["list", "get", "describe", "status", "view"])
    {
        Act::Privileges
    } else if says(&["cp", "sync", "mv", "push", "publish", "release", "pr", "issue", "gist", "comment"])
        && !says(&["list", "view", "status", "diff", "checks"])
    {
        Act::Sends
    } else if says(&[
        "get",
        "describe",
        "list",
        "ls",
        "logs",
        "show",
        "status",
        "version",
        "top",
        "explain",
        "events",
        "ps",
        "images",
        "inspect",
        "stats",
        "diff",
        "plan",
        "validate",
        "output",
        "history",
        "view",
        "info",
        "is-active",
        "is-enabled",
        "head",
        "whoami",
        "current-context",
        "api-resources",
        "cluster-info",
        "get-caller-identity",
        "template",
        "lint",
        "search",
        "checks",
        "fmt",
        "port",
    ]) || words.is_empty()
    {
        Act::Inspects
    } else if says(&[
        "create", "apply", "run", "scale", "up", "deploy", "install", "upgrade", "rollout", "set", "patch",
        "edit", "replace", "update", "start", "stop", "restart", "put", "mb", "launch", "import", "enable",
        "disable", "mask",
    ]) {
        Act::Provisions
    } else {
        Act::Runs
    };
    let thing = words.get(1..).unwrap_or(&[]).join(" ");
    let paths = if thing.is_empty() { Vec::new() } else { vec![thing] };
    Some(Effect {
        paths: paths.into_iter().map(|path| format!("{name} {path}")).collect(),
        ..Effect::of(act).out()
    })
}
