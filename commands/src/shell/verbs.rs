//! Verbs of the command lines of providers and clusters that only ask how something is. A verb counts where it stands as one: what is
//! called `list-api` or `status-page` is a name.

use super::word::Word;

/// Options before the verb that take a value.
const VALUED: &[&str] = &[
    "-n",
    "--namespace",
    "--context",
    "--cluster",
    "--user",
    "--request-timeout",
    "--region",
    "--profile",
    "--output",
    "-o",
    "--query",
    "-R",
    "--repo",
    "--project",
    "--account",
    "--configuration",
    "--format",
    "--subscription",
    "--kube-context",
    "-l",
    "--log-level",
    "-a",
    "--app",
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--project-directory",
    "--env-file",
];

/// Whether it only asks.
pub(super) fn inspects(name: &str, arguments: &[Word]) -> bool {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = arguments;
    while let Some((first, behind)) = rest.split_first() {
        let text = first.text.as_str();
        rest = if VALUED.contains(&text) { behind.get(1..).unwrap_or(&[]) } else { behind };
        if !text.starts_with('-') {
            words.push(text);
        }
    }
    let (first, second) =
        (words.first().copied().unwrap_or_default(), words.get(1).copied().unwrap_or_default());
    // Alone they show how they are used; a few begin to work.
    if first.is_empty() {
        return !matches!(name, "vercel" | "netlify");
    }
    match name {
        // What a file says there is may be a secret.
        "kubectl" | "oc" if first == "get" && arguments.iter().any(|word| names_file(&word.text)) => false,
        "kubectl" | "oc" => kubectl(first, second),
        "helm" => helm(first, second),
        "aws" => aws(first, second),
        "docker" | "podman" | "nerdctl" => docker(first, second),
        "gh" | "glab" => code_host(first, second),
        "terraform" | "tofu" => terraform(first, second),
        "gsutil" | "bq" | "systemctl" | "vault" => plain(first),
        // Whatever address it is given.
        "az" if first == "rest" => false,
        "heroku" | "netlify" => plain(first) || first.ends_with(":info") || first.ends_with(":list"),
        "vercel" | "fly" | "flyctl" | "pulumi" => plain(first) || is_group(first) && plain(second),
        _ => in_order(&words),
    }
}

/// Verbs that only ask, whichever tool has them.
fn plain(verb: &str) -> bool {
    matches!(
        verb,
        "list"
            | "ls"
            | "describe"
            | "show"
            | "status"
            | "version"
            | "info"
            | "logs"
            | "history"
            | "ps"
            | "view"
            | "whoami"
            | "get"
            | "help"
            | "is-active"
            | "is-enabled"
            | "is-failed"
            | "list-units"
            | "list-timers"
            | "stat"
            | "du"
            | "search"
            | "events"
            | "top"
    )
}

fn names_file(text: &str) -> bool {
    let long = ["--filename", "--kustomize"].iter().any(|option| text.starts_with(option));
    long || text.starts_with('-') && !text.starts_with("--") && text.contains(['f', 'k'])
}

fn kubectl(verb: &str, object: &str) -> bool {
    match verb {
        "rollout" => matches!(object, "status" | "history"),
        "cluster-info" => object != "dump",
        "config" => matches!(object, "current-context" | "get-contexts" | "get-clusters" | "get-users"),
        "auth" => matches!(object, "can-i" | "whoami"),
        "get" | "describe" | "logs" | "top" | "explain" | "events" | "version" | "api-resources"
        | "api-versions" | "diff" | "options" | "plugin" | "help" | "wait" => true,
        _ => false,
    }
}

fn helm(verb: &str, object: &str) -> bool {
    match verb {
        "get" => matches!(object, "notes" | "metadata"),
        "repo" | "plugin" | "dependency" | "dep" => matches!(object, "list" | "ls"),
        _ => matches!(
            verb,
            "list"
                | "ls"
                | "status"
                | "history"
                | "version"
                | "template"
                | "lint"
                | "search"
                | "show"
                | "inspect"
                | "verify"
                | "help"
        ),
    }
}

/// A service and an operation. What is stored in tables and buckets is no setting.
fn aws(service: &str, operation: &str) -> bool {
    let data = matches!(
        operation,
        "get-object"
            | "get-object-torrent"
            | "get-item"
            | "get-records"
            | "get-query-results"
            | "get-statement-result"
            | "get-media"
            | "get-clip"
            | "get-blob"
            | "get-random-password"
            | "get-dashboard-embed-url"
            | "get-export"
            | "get-data"
    ) || service == "cognito-idp" && operation.starts_with("list-users");
    let asks = ["get-", "list-", "describe-", "head-", "lookup-", "search-", "filter-log-", "validate-"];
    match service {
        "s3" => operation == "ls",
        "configure" => matches!(operation, "list" | "list-profiles"),
        _ => !data && (asks.iter().any(|start| operation.starts_with(start)) || operation == "help"),
    }
}

fn docker(verb: &str, object: &str) -> bool {
    match verb {
        "container" | "image" | "volume" | "network" | "system" | "compose" | "context" | "buildx"
        | "manifest" | "node" | "stack" | "builder" | "plugin" => matches!(
            object,
            "ls" | "list"
                | "inspect"
                | "ps"
                | "logs"
                | "images"
                | "top"
                | "stats"
                | "history"
                | "df"
                | "info"
                | "events"
                | "port"
                | "show"
                | "version"
                | "du"
        ),
        _ => matches!(
            verb,
            "ps" | "images"
                | "logs"
                | "inspect"
                | "stats"
                | "history"
                | "info"
                | "version"
                | "top"
                | "port"
                | "diff"
                | "events"
                | "search"
                | "help"
        ),
    }
}

fn code_host(object: &str, verb: &str) -> bool {
    // Any other may be an extension, or the name of a command that somebody has set.
    const OBJECTS: &str = "alias attestation auth cache ci codespace config extension gist gpg-key incident issue iteration job label \
        milestone mr org pipeline pr project release repo ruleset run runner schedule snippet ssh-key user variable workflow work-items";
    matches!(object, "status" | "search" | "version" | "help")
        || OBJECTS.split_ascii_whitespace().any(|one| one == object)
            && matches!(verb, "list" | "ls" | "view" | "status" | "diff" | "checks" | "watch" | "trace")
}

fn terraform(verb: &str, object: &str) -> bool {
    match verb {
        "state" => matches!(object, "list" | "show"),
        "workspace" => matches!(object, "list" | "show"),
        // A plan runs what the files of the project say: providers, and programs that answer for data.
        "providers" => matches!(object, "" | "schema"),
        _ => matches!(verb, "validate" | "show" | "version" | "fmt" | "graph"),
    }
}

/// What stands before a verb in the command lines of smaller providers.
fn is_group(word: &str) -> bool {
    matches!(
        word,
        "env"
            | "domains"
            | "dns"
            | "certs"
            | "project"
            | "projects"
            | "teams"
            | "apps"
            | "machine"
            | "machines"
            | "volumes"
            | "secrets"
            | "ips"
            | "regions"
            | "stack"
            | "plugin"
    )
}

/// Groups and then a verb, with the name of a thing behind it: the first word that is a verb counts. The first word of all is the group.
fn in_order(words: &[&str]) -> bool {
    const CHANGES: &str = "create apply run scale up deploy install upgrade rollout set patch edit replace update start stop restart put \
        launch import export enable disable ssh scp exec execute invoke submit call connect reset console query sql copy upload download \
        encrypt decrypt sign add attach resize move migrate promote rotate restore backup publish pull push login logout init activate";
    let group = words.len() > 1 && !plain(words.first().copied().unwrap_or_default());
    let verbs = words.get(usize::from(group)..).unwrap_or_default().iter().take(4);
    let mut found =
        verbs.filter_map(|word| match (plain(word), CHANGES.split(' ').any(|verb| *word == verb)) {
            (_, true) => Some(false),
            (true, _) => Some(true),
            _ => None,
        });
    found.next().unwrap_or(false)
}
