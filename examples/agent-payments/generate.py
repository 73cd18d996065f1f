#!/usr/bin/env python3
"""Writes requests.ndjson: what commerce agents ask for in a few weeks of March, one request a line.

    python3 generate.py > requests.ndjson

The same bytes every time: chance comes from a seeded generator of which only `random()` is used, the one method whose
sequence Python promises to keep. Three kinds of requests are shuffled together: ordinary traffic; both sides of every
limit of the policy; and requests that are not well formed. What must come of each is not said here: `expected.ndjson`
says it, and comes from a program that knows the policy only from reading it.
"""

import sys

sys.dont_write_bytecode = True  # the example's folder holds sources only

from traffic.limits import limits
from traffic.malformed import line, malformed
from traffic.ordinary import ordinary
from traffic.world import chance

ORDINARY = 900


def main():
    lines = [line(ordinary()) for _ in range(ORDINARY)]
    lines += [line(made) for made in limits()]
    lines += list(malformed())
    lines = [text for _, _, text in sorted((chance.random(), place, text) for place, text in enumerate(lines))]
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write("".join(text + "\n" for text in lines))


if __name__ == "__main__":
    main()
