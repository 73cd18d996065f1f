//! What the command lines of providers and clusters do, told by their verbs.

use super::Act;
use super::meaning::Effect;
use super::recording::stops_recording;
use super::verbs;
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
    if arguments.iter().any(|word| moves(name, &word.text)) {
        return Some(Effect::of(Act::Runs).out());
    }
    let line = words.join(" ").to_lowercase();
    let has = |text: &str| arguments.iter().any(|word| word.text == text);
    // Its values are kept in the clear.
    let terraform = matches!(name, "terraform" | "tofu");
    let values =
        terraform && (words.first() == Some(&"output") || words.first() == Some(&"show") && has("-json"));
    let tunnels = matches!(words.first(), Some(&("port-forward" | "proxy")));
    if values || tunnels {
        return Some(Effect::of(if values { Act::ReadsSecret } else { Act::Runs }).out());
    }
    let (gh_api, sent) = (matches!(name, "gh" | "glab") && words.first() == Some(&"api"), sends(arguments));
    let act = if stops_recording(name, &words) {
        Act::Hides
    } else if gh_api && (sent || words.iter().any(|word| word.contains("://") || *word == "graphql")) {
        Act::Sends
    } else if gh_api {
        Act::Inspects
    } else if shows_secret(name, &line, arguments) {
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
    } else if verbs::inspects(name, arguments) {
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

/// Whether an option lets another server answer, asks in another name, takes settings from elsewhere, or runs a program on what comes back.
fn moves(name: &str, text: &str) -> bool {
    let option = text.split_once('=').map_or(text, |(option, _)| option);
    let everywhere = [
        "--kubeconfig",
        "--server",
        "--impersonate",
        "--impersonate-service-account",
        "--host",
        "--hostname",
        "--as",
        "--as-group",
        "--as-uid",
        "--token",
        "--insecure-skip-tls-verify",
        "--insecure-skip-verify",
        "--tls-server-name",
        "--certificate-authority",
        "--post-renderer",
        "--access-token-file",
        "--kube-token",
        "--kube-apiserver",
        "--kube-as-user",
        "--kube-ca-file",
        "--no-verify-ssl",
        "--ca-bundle",
        "--config",
        "-chdir",
        "-state",
        "-out",
        // What is written where, and settings that stand in a file.
        "--profile-output",
        "--cache-dir",
        "--kuberc",
        "--flags-file",
        "--bigqueryrc",
        "--api",
    ];
    everywhere.contains(&option)
        || option.starts_with("--endpoint")
        || matches!(name, "kubectl" | "oc") && text.starts_with("-s")
        || name == "systemctl" && text.starts_with("-H")
        || name == "gsutil" && text.starts_with("-o")
        || name == "helm" && option == "--output-dir"
        || name == "vault"
            && ["address", "proxy", "ca-", "client-", "tls-"].iter().any(|part| option.contains(part))
        || name == "docker" && (text.starts_with("-H") || matches!(option, "--context" | "-c"))
}

/// Whether a call of an interface sends something: by a method, or with fields.
fn sends(arguments: &[Word]) -> bool {
    arguments.iter().any(|word| {
        let text = word.text.as_str();
        let short = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        // What takes no value may stand before it: `-iX DELETE`.
        short.is_some_and(|rest| rest.trim_start_matches('i').starts_with(['X', 'f', 'F']))
            || ["--method", "--field", "--raw-field", "--input"].iter().any(|option| text.starts_with(option))
    })
}

/// Whether it prints what opens doors.
fn shows_secret(name: &str, line: &str, arguments: &[Word]) -> bool {
    const SAID: [&str; 39] = [
        "secret",
        "get-login",
        "password",
        "access-details",
        "databases connection",
        "databases user",
        "env get",
        "print-access-token",
        "print-identity-token",
        "auth token",
        "get-secret-value",
        "kv get",
        "kv list",
        "get-parameter",
        "get-session-token",
        "get-federation-token",
        "authorization-token",
        "get-token",
        "auth-token",
        "assume-role",
        "create-access-key",
        "configure get",
        "config view",
        "keys list",
        "get-access-token",
        "get-password-data",
        "get values",
        "get all",
        "get manifest",
        "get hooks",
        "get-session",
        "credential",
        "connection-string",
        "appsettings",
        "kubeconfig",
        "config get",
        "open-id-token",
        "env:list",
        "env:get",
    ];
    let any = |texts: &[&str]| arguments.iter().any(|word| texts.iter().any(|text| word.text.contains(text)));
    let helm = |said: &&str| name == "helm" || !matches!(*said, "get all" | "get manifest" | "get hooks");
    let pulumi = |said: &&str| name == "pulumi" || *said != "config get";
    let said = SAID.iter().filter(|said| helm(said) && pulumi(said)).any(|said| line.contains(said));
    let shown = matches!(name, "gh" | "glab")
        && line.starts_with("auth")
        && arguments.iter().any(|word| {
            word.text == "--show-token"
                || word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('t')
        });
    // What a program is started with.
    let environment = name == "aws"
        && (any(&["userData", "--include-value"])
            || line.contains("lambda get-function")
            || ["describe-launch-template-versions", "describe-task-definition", "describe-job-definitions"]
                .iter()
                .chain(&["describe-configuration-settings", "apprunner describe-service", "amplify get-"])
                .any(|said| line.contains(said)))
        || name == "gcloud"
            && ["run ", "functions "].iter().any(|group| line.contains(group))
            && line.contains("describe")
        || name == "systemctl" && line.starts_with("show")
        || matches!(name, "docker" | "podman" | "nerdctl") && inspects_container(line, arguments, &any);
    said || shown || environment || any(&["--show-secrets"])
}

/// Whether what a container is started with is shown: all of it is, where nobody says which part.
fn inspects_container(line: &str, arguments: &[Word], any: &dyn Fn(&[&str]) -> bool) -> bool {
    let part = arguments.iter().any(|word| word.text == "-f" || word.text.starts_with("--format"));
    let all = any(&["Env", "{{json .}}", "{{json .Config", "{{.}}", "{{.Config}}"]);
    let other = ["network", "volume", "node", "plugin", "context", "manifest", "buildx", "image"];
    line.contains("inspect") && (all || !part && !other.iter().any(|kind| line.starts_with(kind)))
}
