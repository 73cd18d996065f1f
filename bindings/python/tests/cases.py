"""What each adapter is tried with, and what must come of it: whether the tool ran, and what the model was told."""

import json

import pytest

from lictor import Gateway, Guard


class Case:
    """A guard, the cents of the refund that the model asks for, and what is expected."""

    def __init__(self, guard, cents, runs, says, person=None):
        self.guard, self.cents, self.runs, self.says, self.person = guard, cents, runs, says, person

    def check(self, ran, told):
        """``ran`` is the calls that reached the tool, ``told`` the text that came back to the model."""
        assert len(ran) == (1 if self.runs else 0), (ran, told)
        assert self.says in told, told
        if not self.runs:
            # What comes back is the refusal, in whatever the framework puts around it.
            answer = json.loads(told[told.index("{") : told.rindex("}") + 1])
            assert answer["refused"] is True and answer["executed"] is False


class Nothing:
    """Nobody answers."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def broken(shop):
    """A gateway that fails in a way that nobody has thought of."""

    class Broken(Gateway):
        def authorize(self, **asked):
            raise ZeroDivisionError("a fault of the guard itself")

    return Broken(shop.url, shop.agent_key)


CASES = {
    "allowed": lambda shop, nowhere: Case(Guard(shop.gateway()), 1999, True, "gave back"),
    "allowed, with a checkout": lambda shop, nowhere: Case(Guard(shop.gateway(), checkout=shop.checkout()), 1998, True, "gave back"),
    "denied": lambda shop, nowhere: Case(Guard(shop.gateway()), 60_000, False, "TOO_MUCH"),
    "step_up": lambda shop, nowhere: Case(Guard(shop.gateway()), 6_000, False, "LARGE"),
    "step_up, approved": lambda shop, nowhere: Case(Guard(shop.gateway(), wait=60), 6_100, True, "gave back", "approve"),
    "step_up, refused": lambda shop, nowhere: Case(Guard(shop.gateway(), wait=60), 6_200, False, "APPROVAL_DENIED", "deny"),
    "step_up, nobody answers": lambda shop, nowhere: Case(Guard(shop.gateway(), wait=1), 6_300, False, "LARGE"),
    "gateway down": lambda shop, nowhere: Case(Guard(Gateway(nowhere, "key")), 1999, False, "GATEWAY_UNAVAILABLE"),
    "an exception inside": lambda shop, nowhere: Case(Guard(broken(shop)), 1999, False, "FAULT"),
    "what is not of its type": lambda shop, nowhere: Case(Guard(shop.gateway()), -1, False, "INVALID_REQUEST"),
}


@pytest.fixture(params=CASES)
def case(request, shop, nowhere):
    case = CASES[request.param](shop, nowhere)
    with shop.answers(case.person) if case.person else Nothing():
        yield case
