"""The programs of docs/python.md, as they stand there, in a folder of their own and with a Python in which nothing is but the package (LICTOR_PYTHON)."""

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

PAGE = (pathlib.Path(__file__).parents[3] / "docs" / "python.md").read_text()
PYTHON = os.environ.get("LICTOR_PYTHON", sys.executable)


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


def start(name, folder, **environment):
    (folder / name).write_text(re.search(rf"```python {name}\n(.*?)```", PAGE, re.S).group(1))
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.Popen(
        [PYTHON, name], cwd=folder, env={**own, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def told_by(name, folder, **environment):
    return start(name, folder, **environment).communicate(timeout=60)[0]


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
    mine = {"LICTOR_URL": url, "LICTOR_KEY": keys["agent"]}
    program = start("refund.py", folder, **mine, LICTOR_CHECKOUT_KEY=keys["checkout"])
    answer(url, keys["merchant"], "approve")
    assert program.communicate(timeout=60)[0] == "gave back 12.00 for ch-1\n"

    program = start("refund.py", folder, **mine)
    answer(url, keys["merchant"], "deny")
    assert program.communicate(timeout=60)[0] == "not given back: APPROVAL_DENIED: people were asked, and said no\n"

    # What a person approved is verified, and kept to be verified again.
    program = start("pay.py", folder, **mine)
    answer(url, keys["merchant"], "approve")
    told = program.communicate(timeout=60)[0]
    assert "The receipt is genuine" in told and "ey" in told.splitlines()[-1]

    receipt = re.search(r"form +a receipt of version 1, named (\S+)", told).group(1)
    for file, path in {"receipt.json": f"/r/{receipt}", "history.json": "/.well-known/lictor-keys.json"}.items():
        with urllib.request.urlopen(urllib.request.Request(url + path, headers={"X-API-Key": keys["agent"]}), timeout=10) as there:
            (folder / file).write_bytes(there.read())
    assert told_by("verify.py", folder) == "step_up payment.refund connection\n"
    (folder / "receipt.json").write_bytes((folder / "receipt.json").read_bytes().replace(b"payment.refund", b"payment.charge"))
    assert told_by("verify.py", folder).startswith("signature: ")

    # With what somebody gets wrong, nothing is given back.
    for wrong, why in {
        ("LICTOR_KEY", keys["agent"][:-1] + ("1" if keys["agent"][-1] == "0" else "0")): "UNKNOWN_KEY",
        ("LICTOR_KEY", keys["checkout"]): "WRONG_ROLE",
        ("LICTOR_KEY", "two words"): "one word of ASCII",
        ("LICTOR_KEY", ""): "NO_GATEWAY",
        ("LICTOR_URL", "127.0.0.1:8420"): "https://HOST",
        ("LICTOR_URL", "http://gateway.example"): "use https",
        ("LICTOR_URL", url.replace("http:", "https:")): "GATEWAY_UNAVAILABLE",
    }.items():
        told = told_by("refund.py", folder, **{**mine, wrong[0]: wrong[1]})
        assert why in told and "gave back" not in told, told

    gateway.terminate()
    gateway.wait(15)
    told = told_by("refund.py", folder, **mine)
    assert told.startswith("not given back: GATEWAY_UNAVAILABLE") and "gave back" not in told


def test_deciding_in_process(tmp_path):
    commands = re.search(r"```\n(lictor new shop\n.*?)```", PAGE, re.S).group(1).splitlines()
    for command in commands:
        subprocess.run([LICTOR, *command.split()[1:]], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    assert told_by("decide.py", tmp_path) == "4.50 is paid\nAMOUNT_OVER_LIMIT: 4500.00 USD is above the limit of 500.00 USD\n"

    bundle, key = tmp_path / "shop.bundle", tmp_path / "release.pub"
    kept = bundle.read_bytes()
    bundle.write_bytes(kept[:-1])
    assert "BundleRefused: B0104" in told_by("decide.py", tmp_path)
    bundle.unlink()
    assert "BundleRefused: UNREADABLE: the bundle shop.bundle cannot be read" in told_by("decide.py", tmp_path)
    bundle.write_bytes(kept)
    subprocess.run([LICTOR, "keygen", "-o", "other"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    (tmp_path / "other.pub").replace(key)
    assert "BundleRefused: B0107" in told_by("decide.py", tmp_path)


def test_all_programs_of_the_page_are_run():
    shown = set(re.findall(r"```python(?: (\S+))?\n", PAGE))
    assert shown == {"refund.py", "pay.py", "decide.py", "verify.py"}
