"""Checks what a log gave, with the standard library alone, from RFC 6962, RFC 8032 and C2SP's formats; nothing of Lictor is used.

proof FILE ENTRY VKEY…          a tlog-proof, the entry that it is about, and the keys all of which must have signed
request FILE OLD_ROOT VKEY…     a request to a witness, and the root of the old tree in base64
"""
import sys
from base64 import b64decode
from hashlib import sha256, sha512

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def point(data):
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    assert y < P and x * x % P == square, "not a point of the curve"
    return (x if x % 2 == sign else P - x), y


def add(a, b):
    (x, y), (u, v) = a, b
    t = D * x * u * y * v % P
    return (x * v + u * y) * pow(1 + t, -1, P) % P, (y * v + x * u) * pow(1 - t, -1, P) % P


def times(number, a):
    total = (0, 1)
    while number:
        total, a, number = add(total, a) if number & 1 else total, add(a, a), number >> 1
    return total


def signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(sha512(r + key + message).digest(), "little") % L
    return len(signature) == 64 and s < L and times(s, base) == add(point(r), times(k, point(key)))


def node(left, right):
    return sha256(b"\1" + left + right).digest()


def split(size):
    return 1 << (size - 1).bit_length() - 1


def root(index, size, leaf, path):
    if size == 1:
        assert not path, "the proof is too long"
        return leaf
    k = split(size)
    if index < k:
        return node(root(index, k, leaf, path[:-1]), path[-1])
    return node(path[-1], root(index - k, size - k, leaf, path[:-1]))


def both(old, new, path, known):
    if old == new:
        assert len(path) == (known is None), "the proof is not as long as it must be"
        return (known or path[0],) * 2
    k = split(new)
    if old <= k:
        was, now = both(old, k, path[:-1], known)
        return was, node(now, path[-1])
    was, now = both(old - k, new - k, path[:-1], None)
    return node(path[-1], was), node(path[-1], now)


def checkpoint(note, vkeys):
    text, lines = note.rsplit("\n\n", 1)
    text += "\n"
    found = [line.split(" ") for line in lines.splitlines()]
    for vkey in vkeys:
        name, ident, key = vkey.split("+", 2)
        key = b64decode(key)
        assert sha256(name.encode() + b"\n" + key).hexdigest()[:8] == ident, "the key is called otherwise"
        (data,) = [b64decode(data) for _, by, data in found if by == name and b64decode(data)[:4].hex() == ident]
        data, message = data[4:], text.encode()
        if key[0] == 4:
            time, data = int.from_bytes(data[:8], "big"), data[8:]
            message = f"cosignature/v1\ntime {time}\n".encode() + message
        assert signed(key[1:], message, data), f"not signed by {name}"
    _, size, hash_, *_ = text.split("\n")
    return int(size), b64decode(hash_)


what, file, given, *vkeys = sys.argv[1:]
head, note = open(file, encoding="utf-8", newline="").read().split("\n\n", 1)
first, *rest = [line for line in head.split("\n") if not line.startswith(("c2sp.org/", "extra "))]
number, path = int(first.split(" ")[1]), [b64decode(line) for line in rest]
size, expected = checkpoint(note, vkeys)
if what == "proof":
    assert number < size and root(number, size, sha256(b"\0" + given.encode()).digest(), path) == expected
else:
    assert both(number, size, path, b64decode(given)) == (b64decode(given), expected)
print("good")
