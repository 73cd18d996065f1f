"""What the demonstrations have in common: a gateway with a signed policy, a person who answers, and what is shown at the end.

A real house has the gateway on a machine of its own, and each key where only its owner reads it; here all of it lies in one directory, and goes with it.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from told import line, must, step, tell

__all__ = ["LICTOR", "House", "must", "step", "tell"]

LICTOR = os.environ.get("LICTOR", "lictor")


class House:
    """A gateway that runs until the end of the block, with keys for an agent, for whoever carries out what it asks for, for a person and an auditor."""

    def __init__(self, policy, agent, person, role, sources=None):
        """``person`` answers for ``role`` of the policy; ``sources`` is a file that says where facts come from."""
        self._folder, self._process = tempfile.TemporaryDirectory(), None
        self.folder, self.person = Path(self._folder.name), person
        # Whoever signs policies, and the root of the gateway's own keys: both are kept offline elsewhere.
        self._lictor("keygen", "-o", "release")
        self._lictor("keygen", "-o", "root")
        self.root = (self.folder / "root.pub").read_text()
        self._lictor("build", policy, "-o", "policy.bundle", "--key", "release.key")
        self.agent_key = self._key(agent, "--role", "agent")
        self.checkout_key = self._key("checkout", "--role", "checkout")
        self.person_key = self._key(person, "--role", "approver", "--approves", role)
        self.auditor_key = self._key("auditor", "--role", "auditor")
        self._sources = ["--sources", str(sources)] if sources else []

    def __enter__(self):
        try:
            self._start()
            self._lictor("keys", "history", "draft", "--data", "data", "--out", "draft.json")
            self._lictor("keys", "history", "sign", "draft.json", "--root", "root.key", "--out", "signed.json")
            self._lictor("keys", "history", "publish", "signed.json", "--root", "root.pub", "--data", "data")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._stop()
        self._folder.cleanup()

    def _start(self):
        command = [LICTOR, "serve", "policy.bundle", "--key", "release.pub", "--data", "data", *self._sources]
        free = ["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"]
        with open(self.folder / "log", "wb") as log:
            self._process = subprocess.Popen(command + free, cwd=self.folder, stdout=subprocess.PIPE, stderr=log, text=True)
        addresses = [self._process.stdout.readline().split(" on ")[-1].strip() for _ in "ab"]
        self.url, ready = addresses[0], addresses[1].replace("/metrics", "/readyz")
        for _ in range(300):
            try:
                return urllib.request.urlopen(ready, timeout=5).close()
            except (OSError, ValueError):
                time.sleep(0.1)
        raise SystemExit(f"the gateway does not begin: {(self.folder / 'log').read_text()}")

    def _stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait(30)

    def _lictor(self, *words):
        done = subprocess.run([LICTOR, *map(str, words)], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"lictor {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def _key(self, *words):
        return self._lictor("keys", "add", *words, "--data", "data").strip()

    def ask(self, path, key, body=None):
        """What the gateway answers to whoever has this key."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-API-Key": key, "Content-Type": "application/json", "Accept": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers), timeout=10) as answer:
            return json.loads(answer.read())

    @contextmanager
    def somebody_approves(self):
        """A person who sees what waits, and approves it as a click on the page would: over HTTP, with a key of their own."""
        over = threading.Event()

        def look():
            while not over.wait(0.1):
                for held in self.ask("/approvals?state=pending", self.person_key)["approvals"]:
                    tell(f"{self.person} sees at {self.url}/approvals: {held['asks'][0]['reason']}")
                    self.ask(f"/approvals/{held['id']}/approve", self.person_key, {})
                    tell(f"{self.person} approves")

        person = threading.Thread(target=look, daemon=True)
        person.start()
        try:
            yield
        finally:
            over.set()
            person.join(30)

    def events(self):
        """What the log has of actions, the oldest first."""
        events = self.ask("/audit/events", self.auditor_key)["events"]
        return [event for event in events if event["kind"] not in ("operator", "bundle")]

    def cited(self, receipt):
        """What the rules of a receipt rest on, as the signed policy has it."""
        policy = json.loads(self._lictor("inspect", "policy.bundle", "--key", "release.pub", "--format", "json"))
        cites = {cite for cause in receipt["causes"] for cite in cause["cites"]}
        return [f"{control['source']}: {control['title']}" for control in policy["controls"] if control["id"] in cites]

    def close(self, event):
        """Shows the timeline, ends the gateway, and then verifies the receipt of one event with nothing but files. Returns what the receipt says."""
        step("The timeline, as the gateway tells it")
        for each in self.events():
            tell(line(each))
        receipt = self.ask(f"/r/{event['record']['receipt']['id']}", self.auditor_key)
        (self.folder / "receipt.json").write_text(json.dumps(receipt))
        (self.folder / "keys.json").write_text(json.dumps(self.ask("/.well-known/lictor-keys.json", self.auditor_key)))
        if "--stay" in sys.argv:
            input(f"  Its page is {self.url}/, and the key to sign in with is {self.person_key}\n  Enter ends the gateway. ")
        else:
            tell(f"Its page was {self.url}/ (with --stay the gateway stays, and you can look)")
        self._stop()
        verify = ["receipt", "verify", "receipt.json", "--keys", "keys.json", "--root", "root.pub"]
        step(f"The gateway is gone. lictor {' '.join(verify)}")
        for each in self._lictor(*verify).splitlines():
            tell(each)
        return receipt["receipt"]
