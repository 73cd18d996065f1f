"""A gateway whose keys an offline root has signed: then a receipt is worth something whoever sits on the line."""

import pathlib
import subprocess

import pytest

from conftest import LICTOR, Shop, usd
from lictor import KeysRefused, ReceiptRefused

ASKED = {"action": "payments.refund", "resource": {"charge_id": "c-1", "amount": usd("20.00")}}


def lictor(folder, *words):
    subprocess.run([LICTOR, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signed")
    shop = Shop(folder)
    shop.gateway().authorize(**ASKED)
    lictor(folder, "keygen", "-o", "root")
    lictor(folder, "keygen", "-o", "other")
    lictor(folder, "keys", "history", "draft", "--data", "data", "--out", "draft.json")
    lictor(folder, "keys", "history", "sign", "draft.json", "--root", "root.key", "--out", "signed.json")
    lictor(folder, "keys", "history", "publish", "signed.json", "--root", "root.pub", "--data", "data")
    yield shop, folder
    shop.process.terminate()
    shop.process.wait(15)


def key(folder, name):
    return pathlib.Path(folder, name + ".pub").read_text()


def test_the_root_is_asked_of_the_keys(signed):
    shop, folder = signed
    receipt = shop.gateway(root=key(folder, "root")).authorize(**ASKED).receipt
    assert receipt.trust == "root" and receipt.permits
    with pytest.raises(KeysRefused) as other:
        shop.gateway(root=key(folder, "other")).authorize(**ASKED)
    assert other.value.code == "V0111"


def test_a_history_that_was_kept_is_enough(signed):
    shop, folder = signed
    kept = shop.gateway(root=key(folder, "root"), history=folder / "signed.json")
    assert kept.authorize(**ASKED).receipt.trust == "root"


def test_an_older_edition_is_not_gone_back_to(signed):
    shop, folder = signed
    gateway = shop.gateway(root=key(folder, "root"))
    gateway.authorize(**ASKED)
    gateway._protocol._highest += 1
    gateway._protocol._keys = None
    with pytest.raises(KeysRefused) as older:
        gateway.authorize(**ASKED)
    assert older.value.code == "V0121"


def test_a_revoked_key_signs_nothing_any_more(signed):
    shop, folder = signed
    kids = subprocess.run(
        [LICTOR, "keys", "history", "list", "--data", "data"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout
    kid = next(line.split()[0] for line in kids.splitlines() if line.endswith("receipts-1"))
    lictor(folder, "keys", "history", "revoke", kid, "--at-size", "1", "--because", "the machine was stolen", "--data", "data")
    lictor(folder, "keys", "history", "draft", "--data", "data", "--out", "draft-3.json")
    lictor(folder, "keys", "history", "sign", "draft-3.json", "--root", "root.key", "--after", "signed.json", "--out", "signed-3.json")
    lictor(folder, "keys", "history", "publish", "signed-3.json", "--root", "root.pub", "--data", "data")
    with pytest.raises(ReceiptRefused) as revoked:
        shop.gateway(root=key(folder, "root")).authorize(**ASKED)
    assert revoked.value.code == "revocation"
