//! Programs that ask sites for something, or send something there. What asks for one page, with options that are known here, only
//! asks; everything else may send.

use super::Act;
use super::meaning::Effect;
use super::word::Word;

/// Options of a program: the letters and the words that stand alone, and those that take a value.
struct Known {
    letters: &'static str,
    valued_letters: &'static str,
    words: &'static [&'static str],
    valued_words: &'static [&'static str],
}

const CURL: Known = Known {
    letters: "sSfLkviIg#46NOJjR",
    valued_letters: "oHAmerwXyYC",
    words: &[
        "silent",
        "show-error",
        "fail",
        "fail-with-body",
        "location",
        "insecure",
        "verbose",
        "include",
        "head",
        "globoff",
        "progress-bar",
        "ipv4",
        "ipv6",
        "no-buffer",
        "remote-name",
        "remote-header-name",
        "create-dirs",
        "compressed",
        "http1.1",
        "http2",
        "no-progress-meter",
        "retry-all-errors",
        "retry-connrefused",
    ],
    valued_words: &[
        "output",
        "output-dir",
        "header",
        "user-agent",
        "referer",
        "max-time",
        "connect-timeout",
        "retry",
        "retry-delay",
        "write-out",
        "range",
        "max-redirs",
        "request",
    ],
};

const WGET: Known = Known {
    letters: "qvcNS46",
    valued_letters: "OPTtU",
    words: &[
        "quiet",
        "no-verbose",
        "continue",
        "timestamping",
        "spider",
        "show-progress",
        "no-check-certificate",
        "server-response",
        "no-clobber",
    ],
    valued_words: &["output-document", "directory-prefix", "timeout", "tries", "user-agent", "header"],
};

/// What was asked: the options with their values, and the other words.
struct Asked<'w> {
    options: Vec<(&'w str, Option<&'w Word>)>,
    others: Vec<&'w Word>,
}

impl Known {
    /// Reads the words of a command; nothing where an option stands there that is not known, or what is only known when it runs.
    fn read<'w>(&self, arguments: &'w [Word], attached: &'w mut Vec<Word>) -> Option<Asked<'w>> {
        // A value may stand in the same word: `-ofile`, `--output=file`. First each option is brought into a word of its own.
        for word in arguments {
            if word.open {
                return None;
            }
            let text = word.text.as_str();
            match text.strip_prefix("--") {
                Some(long) => match long.split_once('=') {
                    Some((name, value)) => {
                        attached.extend([Word::known(format!("--{name}")), Word::known(value)])
                    }
                    None => attached.push(word.clone()),
                },
                None if text.starts_with('-') && text.len() > 1 => {
                    let mut rest = text.chars().skip(1);
                    while let Some(letter) = rest.next() {
                        attached.push(Word::known(format!("-{letter}")));
                        if self.valued_letters.contains(letter) {
                            let value: String = rest.by_ref().collect();
                            attached.extend((!value.is_empty()).then(|| Word::known(value)));
                        }
                    }
                }
                None => attached.push(word.clone()),
            }
        }
        let mut asked = Asked { options: Vec::new(), others: Vec::new() };
        let mut rest = attached.as_slice();
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            let long = first.text.strip_prefix("--");
            let name = long.or_else(|| first.text.strip_prefix('-').filter(|name| !name.is_empty()));
            let Some(name) = name else {
                asked.others.push(first);
                continue;
            };
            let (alone, valued) = match long {
                Some(_) => (self.words.contains(&name), self.valued_words.contains(&name)),
                None => (self.letters.contains(name), self.valued_letters.contains(name)),
            };
            if valued {
                let (value, behind) = rest.split_first()?;
                asked.options.push((name, Some(value)));
                rest = behind;
            } else if alone {
                asked.options.push((name, None));
            } else {
                return None;
            }
        }
        Some(asked)
    }
}

impl Asked<'_> {
    fn value(&self, names: &[&str]) -> Option<&Word> {
        self.options.iter().find(|(name, _)| names.contains(name)).and_then(|(_, value)| *value)
    }

    fn times(&self, names: &[&str]) -> usize {
        self.options.iter().filter(|(name, _)| names.contains(name)).count()
    }

    fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| names.contains(name))
    }
}

pub(super) fn curl(arguments: &[Word]) -> Effect {
    let mut attached = Vec::new();
    let Some(asked) = CURL.read(arguments, &mut attached) else { return Effect::of(Act::Sends).out() };
    // Headers from a file.
    if asked.options.iter().any(|(_, value)| value.is_some_and(|value| value.text.starts_with('@'))) {
        return Effect::of(Act::Sends).out();
    }
    let method = asked.value(&["X", "request"]).map(|word| word.text.to_uppercase());
    if method.is_some_and(|method| !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS")) {
        return Effect::of(Act::Sends).out();
    }
    // A name that the site chooses; a file that is written beside what is kept; several files.
    let writes = asked.value(&["w", "write-out"]).is_some_and(|word| word.text.contains("%output{"));
    if writes || asked.has(&["J", "remote-header-name"]) || asked.times(&["o", "output"]) > 1 {
        return Effect::of(Act::Runs).out();
    }
    let keeps = asked.value(&["o", "output"]).filter(|word| !matches!(word.text.as_str(), "/dev/null" | "-"));
    below(asked.value(&["output-dir"]), page(&asked.others, keeps, asked.has(&["O", "remote-name"])))
}

pub(super) fn wget(arguments: &[Word]) -> Effect {
    let mut attached = Vec::new();
    let Some(asked) = WGET.read(arguments, &mut attached) else { return Effect::of(Act::Sends).out() };
    if asked.times(&["O", "output-document"]) > 1 {
        return Effect::of(Act::Runs).out();
    }
    let keeps = asked.value(&["O", "output-document"]);
    let shows = keeps.is_some_and(|word| word.text == "-") || asked.has(&["spider"]);
    let page = page(&asked.others, keeps.filter(|word| word.text != "-"), !shows && keeps.is_none());
    below(asked.value(&["P", "directory-prefix"]).filter(|_| keeps.is_none()), page)
}

/// What is kept, in the folder that an option names.
fn below(folder: Option<&Word>, page: Effect) -> Effect {
    let Some(folder) = folder.filter(|_| page.act == Act::Downloads) else { return page };
    let folder = folder.text.trim_end_matches('/');
    let paths = page.paths.iter().map(|path| format!("{folder}/{path}")).collect();
    Effect { paths, ..page }
}

/// One address that is asked for, and perhaps kept.
fn page(asks: &[&Word], keeps: Option<&Word>, named: bool) -> Effect {
    let [one] = asks else { return Effect::of(Act::Runs).out() };
    let (scheme, rest) = one.text.split_once("://").unwrap_or(("http", &one.text));
    // Braces and brackets ask for several; another scheme is no page.
    if !matches!(scheme, "http" | "https") || rest.contains(['{', '[']) {
        return Effect::of(Act::Sends).out();
    }
    // Where providers tell a machine its keys.
    const METADATA: [&str; 5] =
        ["169.254.169.254", "169.254.170.2", "metadata.google.internal", "100.100.100.200", "[fd00:ec2"];
    if METADATA.iter().any(|host| rest.contains(host)) {
        return Effect::of(Act::ReadsSecret).out();
    }
    // Names within the house, and what rules a machine on it: Docker, etcd, Consul, Vault, Kubernetes.
    const HOUSE: [&str; 10] = [
        "internal",
        "intranet",
        "corp",
        "local",
        "lan",
        "home.arpa",
        "svc",
        "nip.io",
        "sslip.io",
        "localtest.me",
    ];
    const RULES: [&str; 9] = ["2375", "2376", "2379", "4243", "6443", "8200", "8500", "10250", "10255"];
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase();
    let place = place.rsplit('@').next().unwrap_or_default();
    let (host, port) = place.rsplit_once(':').unwrap_or((place, ""));
    let host = host.trim_end_matches('.');
    // An address in numbers is a machine somewhere, and only this one is known.
    let itself = host == "127.0.0.1";
    let last = host.rsplit('.').next().unwrap_or_default();
    let numbers = last.starts_with(|c: char| c.is_ascii_digit());
    if numbers && !itself {
        return Effect::of(Act::Runs).out();
    }
    let rest = &if itself { rest.replacen("127.0.0.1", "localhost", 1) } else { rest.to_owned() };
    let within = |name: &str| host == name || host.strip_suffix(name).is_some_and(|left| left.ends_with('.'));
    if HOUSE.iter().any(|name| within(name)) || RULES.contains(&port) {
        return Effect::of(Act::Runs).out();
    }
    let own = rest.rsplit('/').next().filter(|_| named).map(str::to_owned);
    let path = keeps.map(|word| word.text.clone()).or(own);
    let act = if path.is_some() { Act::Downloads } else { Act::Fetches };
    let url = Some(format!("{scheme}://{rest}"));
    Effect { url, paths: path.into_iter().collect(), ..Effect::of(act).out() }
}
