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
    told = json.loads(settings.read_text()) if settings.exists() else {}
    told["security"] = {"auth": {"selectedType": "gemini-api-key"}}
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps(told))
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


class Trial:
    """A home directory with the hook in it, and a place to work."""

    def __init__(self, host, policy):
        self.host = host
        self.root = Path(tempfile.mkdtemp(prefix=f"lictor-{host}-"))
        self.home, self.work, self.rest = self.root / "home", self.root / "work", self.root / "rest"
        for directory in (self.home, self.work, self.rest):
            directory.mkdir()
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

    def bare(self, command):
        """In the place of the hook, another command: what the host does where Lictor is not there to help."""
        file = self.home / FILES[self.host]
        text = file.read_text()
        told = json.loads(text)
        event = next(iter(told["hooks"].values()))[0]
        inner = event["hooks"][0] if "hooks" in event else event
        inner["bash" if self.host == "copilot" else "command"] = command
        for name in ("timeout", "timeoutSec"):
            if name in inner:
                inner[name] = 2000 if self.host == "gemini" else 2
        file.write_text(json.dumps(told))

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


def hang(trial):
    """The bundle never ends: whoever reads it waits."""
    (trial.rest / "agents.bundle").unlink()
    os.mkfifo(trial.rest / "agents.bundle")


def crash(trial):
    trial.lictor.unlink()
    trial.lictor.write_text("#!/bin/sh\nkill -SEGV $$\n")
    trial.lictor.chmod(0o755)


def damage(trial):
    bundle = trial.rest / "agents.bundle"
    bundle.write_bytes(bundle.read_bytes()[:-7])


# What is done, to what file, whether it may run, and the policy.
TRIALS = [
    ("allowed", "made.txt", True, "whole", None),
    ("denied", "refused.txt", False, "whole", None),
    ("a person must approve", "held.txt", False, "whole", None),
    ("a tool that nobody knows", "made.txt", False, "without", None),
    ("the program is missing", "made.txt", False, "whole", lambda trial: trial.lictor.unlink()),
    ("the program crashes", "made.txt", False, "whole", crash),
    ("the bundle is missing", "made.txt", False, "whole", lambda trial: (trial.rest / "agents.bundle").unlink()),
    ("the bundle is damaged", "made.txt", False, "whole", damage),
    ("the bundle never ends", "made.txt", False, "whole", hang),
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


def main(wanted):
    if wanted[:1] == ["--package"]:
        editions = json.loads((HERE / "package.json").read_text())["dependencies"]
        package = PACKAGES.get("".join(wanted[1:])) or sys.exit(f"there are {', '.join(HOSTS)}")
        return print(f"{package}@{editions[package]}")
    brief = "--brief" in wanted
    wanted = [word for word in wanted if word != "--brief"]
    hosts = [host for host in HOSTS if not wanted or host in wanted]
    unknown = set(wanted) - set(HOSTS)
    if unknown:
        raise SystemExit(f"no such host: {', '.join(sorted(unknown))}; there are {', '.join(HOSTS)}")
    policies = Path(tempfile.mkdtemp(prefix="lictor-policies-"))
    build(policies)
    rows, wrong = {}, []
    for host in hosts:
        for what, name, may_run, kind, fault in TRIALS[: 2 if brief else None]:
            trial = Trial(host, policies / kind).install()
            if fault:
                fault(trial)
            ran = trial.run(name)
            # A host that never asked the model has not tried anything.
            told = ("runs" if ran else "stopped") if trial.asked else "not tried"
            rows.setdefault(what, {})[host] = told
            if told != ("runs" if may_run else "stopped"):
                wrong.append(f"{host}: {what}: {told}\n{(trial.root / 'told').read_text()}")
            trial.end()
        for what, command in BARE[: 0 if brief else None]:
            trial = Trial(host, policies / "whole").install()
            trial.bare(command)
            ran = trial.run("made.txt")
            rows.setdefault(f"*{what}*", {})[host] = ("runs" if ran else "stopped") if trial.asked else "not tried"
            trial.end()
        print(f"{host}: done", file=sys.stderr, flush=True)
    versions = {host: json.loads((modules(host) / PACKAGES[host] / "package.json").read_text())["version"] for host in hosts}
    print("| | " + " | ".join(f"{host} {versions[host]}" for host in hosts) + " |")
    print("|---" * (len(hosts) + 1) + "|")
    for what, cells in rows.items():
        print(f"| {what} | " + " | ".join(cells[host] for host in hosts) + " |")
    shutil.rmtree(policies, ignore_errors=True)
    for one in wrong:
        print(f"\nnot as it must be: {one}", file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
