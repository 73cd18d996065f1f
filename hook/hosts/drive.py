#!/usr/bin/env python3
"""Runs each host once for each thing that can go right or wrong with its hook, and looks whether the command was run.

The model asks for one command, which writes a file. The file is there afterwards, or it is not: nothing that a host says counts.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import model

LICTOR = os.environ.get("LICTOR")
HERE = Path(__file__).resolve().parent
# A host that has not ended by then has not run anything, and waits for somebody.
PATIENCE = 120


def claude_code(home, port):
    env = {"ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}", "ANTHROPIC_API_KEY": "none", "IS_SANDBOX": "1"}
    env |= {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    return [modules("claude-code") / ".bin/claude", "-p", "do it", "--model", "claude-sonnet-4-5", "--dangerously-skip-permissions"], env


def codex(home, port):
    config = home / ".codex" / "config.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text(
        f'model = "scripted"\nmodel_provider = "scripted"\n[model_providers.scripted]\nname = "scripted"\n'
        f'base_url = "http://127.0.0.1:{port}/v1"\nwire_api = "responses"\n'
    )
    # A person has looked at the hook, as far as this is about.
    words = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "--dangerously-bypass-hook-trust"]
    return [modules("codex") / ".bin/codex", "exec", *words, "do it"], {}


def gemini(home, port):
    settings = home / ".gemini" / "settings.json"
    settings.parent.mkdir(exist_ok=True)
    account = '"security": {"auth": {"selectedType": "gemini-api-key"}}'
    # What else stands there stays as it is: comments, and a mark of the order of bytes.
    text = settings.read_text(encoding="utf-8") if settings.exists() else ""
    settings.write_text(text.replace("{", f"{{{account},", 1) if text else f"{{{account}}}", encoding="utf-8")
    env = {"GEMINI_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{port}", "GEMINI_CLI_TRUST_WORKSPACE": "true"}
    return [modules("gemini") / ".bin/gemini", "-m", "gemini-2.5-flash", "--yolo", "-p", "do it"], env


def copilot(home, port):
    env = {"COPILOT_PROVIDER_BASE_URL": f"http://127.0.0.1:{port}/v1", "COPILOT_PROVIDER_API_KEY": "none"}
    env |= {"COPILOT_MODEL": "gpt-4.1", "COPILOT_OFFLINE": "true"}
    return [modules("copilot") / ".bin/copilot", "-p", "do it", "--allow-all-tools"], env


def modules(host):
    """Where a host was put: with all others, or by itself."""
    apart = HERE / "only" / host / "node_modules"
    return apart if apart.exists() else HERE / "node_modules"


HOSTS = {"claude-code": claude_code, "codex": codex, "gemini": gemini, "copilot": copilot}
PACKAGES = {
    "claude-code": "@anthropic-ai/claude-code",
    "codex": "@openai/codex",
    "gemini": "@google/gemini-cli",
    "copilot": "@github/copilot",
}
FILES = {
    "claude-code": ".claude/settings.json",
    "codex": ".codex/hooks.json",
    "gemini": ".gemini/settings.json",
    "copilot": ".copilot/hooks/lictor.json",
}


# Names that a line has to take as they are, wherever a shell reads them: of what the hook rests on, and of where a host works. Hosts themselves do not run in a
# folder of the first name.
ODD = "it's a \"folder\" of $HOME; `id` & \\ünï"
ODD_HOST = "it's $HOME of `ann`"


class Trial:
    """A home directory with the hook in it, and a place to work."""

    def __init__(self, host, policy, odd=False):
        self.host = host
        self.root = Path(tempfile.mkdtemp(prefix=f"lictor-{host}-"))
        at, rests = (self.root / ODD_HOST, self.root / ODD) if odd else (self.root, self.root)
        self.home, self.work, self.rest = at / "home", at / "work", rests / "rest"
        for directory in (self.home, self.work, self.rest):
            directory.mkdir(parents=True)
        self.lictor = self.rest / "lictor"
        os.link(LICTOR, self.lictor) if os.stat(LICTOR).st_dev == os.stat(self.rest).st_dev else shutil.copy(LICTOR, self.lictor)
        for name in ("agents.bundle", "agents.pub"):
            shutil.copy(policy / name, self.rest / name)
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TERM": "dumb", "NO_COLOR": "1", "SHELL": "/bin/sh"}

    def install(self):
        words = ["hook", "install", self.host, "--bundle", self.rest / "agents.bundle", "--key", self.rest / "agents.pub", "--yes"]
        done = subprocess.run([self.lictor, *words], env=self.env, capture_output=True, text=True, cwd=self.work)
        if done.returncode != 0:
            raise SystemExit(f"{self.host}: the hook could not be put there:\n{done.stdout}{done.stderr}")
        return self

    @property
    def file(self):
        """The configuration."""
        return self.home / FILES[self.host]

    def put(self, script):
        """In the place of the program, a script, or nothing at all."""
        self.lictor.unlink()
        self.lictor.write_text(script)
        self.lictor.chmod(0o755)

    def bare(self, command):
        """In the place of the hook, another command: what the host does where Lictor is not there to help."""
        told = json.loads(self.file.read_text(encoding="utf-8"))
        event = next(iter(told["hooks"].values()))[0]
        inner = event["hooks"][0] if "hooks" in event else event
        inner["bash" if self.host == "copilot" else "command"] = command
        for name in ("timeout", "timeoutSec"):
            if name in inner:
                inner[name] = 2000 if self.host == "gemini" else 2
        self.file.write_text(json.dumps(told))

    def run(self, name):
        """Whether the command ran that writes a file of this name."""
        server = model.serve(f"echo made > {name}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        words, env = HOSTS[self.host](self.home, server.server_address[1])
        with open(self.root / "told", "w") as told:
            try:
                subprocess.run(
                    words, cwd=self.work, env=self.env | env, stdin=subprocess.DEVNULL, stdout=told, stderr=told, timeout=PATIENCE
                )
            except subprocess.TimeoutExpired:
                pass
        server.shutdown()
        self.asked = server.asked
        return (self.work / name).exists()

    def end(self):
        shutil.rmtree(self.root, ignore_errors=True)


def endless(trial):
    """The bundle never ends: whoever reads it waits."""
    (trial.rest / "agents.bundle").unlink()
    os.mkfifo(trial.rest / "agents.bundle")


def damage(trial):
    bundle = trial.rest / "agents.bundle"
    bundle.write_bytes(bundle.read_bytes()[:-7])


def another(trial):
    trial.lictor.unlink()
    shutil.copy("/bin/true", trial.lictor)


def script(text):
    return lambda trial: trial.put(f"#!/bin/sh\n{text}\n")


def no_shell(trial):
    """A `PATH` with what the host itself is started by, and no shell."""
    at = trial.rest / "path"
    at.mkdir()
    for name in ("node", "env"):
        (at / name).symlink_to(shutil.which(name))
    trial.env["PATH"] = str(at)


def variables(trial):
    """The program is missing, and the environment has variables that are called as those of the line, each with what would let a call pass."""
    trial.lictor.unlink()
    trial.env |= dict.fromkeys("adermsx1", "0")


def no_sleep(trial):
    """The program by which the line knows that the time is over cannot be taken from this machine, so the line names one that is not there."""
    text = trial.file.read_text()
    if "/bin/sleep" not in text:
        raise SystemExit(f"{trial.host}: the line does not wait with /bin/sleep any more")
    trial.file.write_text(text.replace("/bin/sleep", "/nonexistent/sleep"))


# What is done, to what file, whether it may run, and the policy; then what is wrong, and whether the folders have odd names.
TRIALS = [
    ("allowed", "made.txt", True, "whole", None),
    ("denied", "refused.txt", False, "whole", None),
    ("a person must approve", "held.txt", False, "whole", None),
    ("a tool that nobody knows", "made.txt", False, "without", None),
    ("the program is missing", "made.txt", False, "whole", lambda trial: trial.lictor.unlink()),
    ("the program is an empty file", "made.txt", False, "whole", lambda trial: trial.put("")),
    ("another program is in its place", "made.txt", False, "whole", another),
    ("the program writes two documents", "made.txt", False, "whole", script("echo '{}'; echo '{}'")),
    ("the program writes half a document", "made.txt", False, "whole", script("printf '{\"hookSpecific'")),
    ("the program crashes", "made.txt", False, "whole", script("kill -SEGV $$")),
    ("the program crashes after a document", "made.txt", False, "whole", script("echo '{}'; kill -SEGV $$")),
    ("the program hangs", "made.txt", False, "whole", script("exec sleep 100")),
    ("`/bin/sleep` is missing", "made.txt", False, "whole", no_sleep),
    ("the bundle is missing", "made.txt", False, "whole", lambda trial: (trial.rest / "agents.bundle").unlink()),
    ("the bundle is damaged", "made.txt", False, "whole", damage),
    ("the bundle never ends", "made.txt", False, "whole", endless),
    ("the program is missing, and variables are called as those of the line", "made.txt", False, "whole", variables),
    # Some hosts run no command then.
    ("no shell in the `PATH`, allowed", "made.txt", None, "whole", no_shell),
    ("no shell in the `PATH`, denied", "refused.txt", False, "whole", no_shell),
    ("in a folder with spaces and quotes in its name, allowed", "made.txt", True, "whole", None, True),
    ("in a folder with spaces and quotes in its name, denied", "refused.txt", False, "whole", None, True),
]
# What hosts do by themselves where a hook misbehaves. None of it is Lictor's: it is why there is an answer in any case.
BARE = [
    ("a hook that says nothing, status 0", "exit 0"),
    ("status 1", "echo no >&2; exit 1"),
    ("status 2, with a reason", "echo no >&2; exit 2"),
    ("status 2, without a word", "exit 2"),
    ("status 127", "/nonexistent/hook"),
    ("output that is no JSON", "echo no"),
    ("too long", "sleep 20"),
]
# What hosts make of a configuration that has the hook in it, and something else besides, where the command is one that is refused.
WRITTEN = [
    ("comments in its configuration", lambda text: text.replace("{", "{\n  // Ours.", 1)),
    ("a comma behind its last member", lambda text: text.rstrip()[:-1].rstrip() + ",\n}\n"),
    ("a mark of the order of bytes before it", lambda text: "\ufeff" + text),
]


def build(directory):
    """The profile with the files of the trial, as two bundles: with what is known of command lines, and without."""
    for kind in ("whole", "without"):
        at = directory / kind
        run = lambda *words: subprocess.run([LICTOR, *words], check=True, stdout=subprocess.DEVNULL)
        run("new", "--profile", "enforce", at / "policy")
        shutil.copy(HERE / "trial.lictor", at / "policy" / "trial.lictor")
        if kind == "without":
            tools = at / "policy" / "tools.lictor"
            lines = tools.read_text().splitlines(keepends=True)
            tools.write_text("".join(line for line in lines if "std.tools.shell" not in line))
        run("keygen", "-o", at / "agents")
        run("build", at / "policy", "-o", at / "agents.bundle", "--key", at / "agents.key")


def kept(hosts, versions, rows):
    """Writes down what was seen, beside what was seen of other hosts: the page shows it, and a test compares the two."""
    file = HERE / "seen.json"
    seen = json.loads(file.read_text()) if file.exists() else {}
    for host in hosts:
        seen[host] = {"version": versions[host], "trials": {what: cells[host] for what, cells in rows.items()}}
    file.write_text(json.dumps({host: seen[host] for host in HOSTS if host in seen}, indent=1, ensure_ascii=False) + "\n")


def main(wanted):
    if wanted[:1] == ["--package"]:
        editions = json.loads((HERE / "package.json").read_text())["dependencies"]
        package = PACKAGES.get("".join(wanted[1:])) or sys.exit(f"there are {', '.join(HOSTS)}")
        return print(f"{package}@{editions[package]}")
    brief, keep = "--brief" in wanted, "--keep" in wanted
    only = next((word.removeprefix("--only=") for word in wanted if word.startswith("--only=")), "")
    wanted = [word for word in wanted if word not in ("--brief", "--keep") and not word.startswith("--only=")]
    hosts = [host for host in HOSTS if not wanted or host in wanted]
    unknown = set(wanted) - set(HOSTS)
    if unknown:
        raise SystemExit(f"no such host: {', '.join(sorted(unknown))}; there are {', '.join(HOSTS)}")
    policies = Path(tempfile.mkdtemp(prefix="lictor-policies-"))
    build(policies)
    rows, wrong = {}, []
    for host in hosts:
        for what, name, may_run, kind, fault, *rest in TRIALS[: 2 if brief else None]:
            if only and only not in what:
                continue
            trial = Trial(host, policies / kind, *rest).install()
            if fault:
                fault(trial)
            began = time.monotonic()
            ran = trial.run(name)
            # A host that never asked the model has not tried anything.
            told = ("runs" if ran else "stopped") if trial.asked else "not tried"
            rows.setdefault(what, {})[host] = told
            print(f"{host}: {what}: {told}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            if may_run is not None and told != ("runs" if may_run else "stopped"):
                wrong.append(f"{host}: {what}: {told}\n{(trial.root / 'told').read_text()}")
            trial.end()
        for what, command in BARE[: 0 if brief or only else None]:
            trial = Trial(host, policies / "whole").install()
            trial.bare(command)
            ran = trial.run("made.txt")
            rows.setdefault(f"*{what}*", {})[host] = ("runs" if ran else "stopped") if trial.asked else "not tried"
            trial.end()
        for what, change in WRITTEN[: 0 if brief or only else None]:
            trial = Trial(host, policies / "whole").install()
            trial.file.write_text(change(trial.file.read_text(encoding="utf-8")), encoding="utf-8")
            ran = trial.run("refused.txt")
            rows.setdefault(f"*{what}*", {})[host] = ("runs" if ran else "stopped") if trial.asked else "does not start"
            trial.end()
        print(f"{host}: done", file=sys.stderr, flush=True)
    versions = {host: json.loads((modules(host) / PACKAGES[host] / "package.json").read_text())["version"] for host in hosts}
    print("| | " + " | ".join(f"{host} {versions[host]}" for host in hosts) + " |")
    print("|---" * (len(hosts) + 1) + "|")
    for what, cells in rows.items():
        print(f"| {what} | " + " | ".join(cells[host] for host in hosts) + " |")
    shutil.rmtree(policies, ignore_errors=True)
    if keep:
        kept(hosts, versions, rows)
    for one in wrong:
        print(f"\nnot as it must be: {one}", file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
