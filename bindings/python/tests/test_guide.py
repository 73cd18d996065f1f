"""The five minutes of docs/python.md, as they stand there."""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

import pytest

from conftest import LICTOR

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "python.md"


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guide")
    walk, printed = folder / "walk", ""
    with open(walk, "w") as out:
        process = subprocess.Popen(
            [LICTOR, "quickstart", "kiosk", "--listen", "127.0.0.1:0"], cwd=folder, stdout=out, stderr=subprocess.DEVNULL
        )
    for _ in range(300):
        printed = walk.read_text()
        if "Ctrl-C" in printed:
            break
        time.sleep(0.1)
    keys = dict(re.findall(r"^(agent|checkout|merchant) +(\S+)$", printed, re.M))
    url = re.search(r"at (http://\S+)", printed).group(1)
    yield folder, url, keys, process
    if process.poll() is None:
        process.terminate()
    process.wait(15)


def start(folder, url, keys, **more):
    script = folder / "refund.py"
    script.write_text(re.search(r"```python refund.py\n(.*?)```", PAGE.read_text(), re.S).group(1))
    environment = {**os.environ, "LICTOR_URL": url, "LICTOR_KEY": keys["agent"], **more}
    return subprocess.Popen(
        [sys.executable, str(script)], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def answer(url, key, what):
    def ask(path, body=None):
        headers = {"X-API-Key": key, "Content-Type": "application/json", "Accept": "application/json"}
        asked = urllib.request.Request(url + path, None if body is None else json.dumps(body).encode(), headers)
        with urllib.request.urlopen(asked, timeout=10) as answered:
            return json.loads(answered.read())

    for _ in range(200):
        for waiting in ask("/approvals?state=pending")["approvals"]:
            ask(f"/approvals/{waiting['id']}/{what}", {})
            return
        time.sleep(0.05)
    raise AssertionError("nobody was asked")


def test_the_refund_waits_and_runs_once_it_is_approved(kiosk):
    folder, url, keys, gateway = kiosk
    program = start(folder, url, keys, LICTOR_CHECKOUT_KEY=keys["checkout"])
    answer(url, keys["merchant"], "approve")
    assert program.communicate(timeout=60)[0] == "gave back 12.00 for ch-1\n"

    program = start(folder, url, keys)
    answer(url, keys["merchant"], "deny")
    assert program.communicate(timeout=60)[0] == "not given back: APPROVAL_DENIED: people were asked, and said no\n"

    gateway.terminate()
    gateway.wait(15)
    said = start(folder, url, keys).communicate(timeout=60)[0]
    assert said.startswith("not given back: GATEWAY_UNAVAILABLE") and "gave back" not in said
