"""An agent of LangChain that pays bills. It asks for each payment, and the bank takes nothing but a token that is good once."""

from pathlib import Path

import lictor
from langchain.agents import create_agent
from langchain.tools import tool

from house import House, must, step
from script import Script
from scripted import ScriptedModel

HERE = Path(__file__).resolve().parent

BILL = {"payee": "Paper Mill", "invoice": "2026-118"}
SCRIPT = Script(
    ("The agent wants to pay too much", "ask_to_pay", {**BILL, "dollars": "4800.00"}),
    ("It asks for what is on the bill", "ask_to_pay", {**BILL, "dollars": "480.00"}),
    ("It pays, with the token that it was given", "pay", lambda told: {**BILL, "dollars": "480.00", "token": told[1]}),
    ("It pays once more, with the same token", "pay", lambda told: {**BILL, "dollars": "480.00", "token": told[1]}),
)


class Bank:
    """Whoever has the money. It pays what a token is for, after the gateway has used the token up, and nothing on the agent's word."""

    def __init__(self, gateway):
        self._gateway, self.paid = gateway, []

    def pay(self, token, payment):
        self._gateway.validate(token, action="desk.pay", resource=payment)
        self.paid.append(payment["amount"]["amount"])
        self._gateway.settle(token, "executed")


def payment(payee, invoice, dollars):
    return {"payee": payee, "invoice": invoice, "amount": {"amount": dollars, "currency": "USD"}}


def tools(gateway, bank):
    """What the agent can do. What is not allowed comes back as a text that the model can read."""

    @tool
    def ask_to_pay(payee: str, invoice: str, dollars: str) -> str:
        """Ask whether a bill may be paid, and get a token that is good for that once."""
        try:
            return gateway.authorize(action="desk.pay", resource=payment(payee, invoice, dollars), wait=60).token
        except lictor.LictorError as no:
            return f"refused, {no}"

    @tool
    def pay(payee: str, invoice: str, dollars: str, token: str) -> str:
        """Pay a bill, with the token for it."""
        try:
            bank.pay(token, payment(payee, invoice, dollars))
            return f"{dollars} USD are paid to {payee}"
        except lictor.LictorError as no:
            return f"refused, {no}"

    return [ask_to_pay, pay]


with House(HERE / "policy", agent="payer-1", person="fay", role="finance") as house:
    asks = lictor.Gateway(house.url, house.agent_key, root=house.root)
    bank = Bank(lictor.Gateway(house.url, house.checkout_key, root=house.root))
    with house.somebody_approves():
        agent = create_agent(ScriptedModel(script=SCRIPT), tools(asks, bank))
        agent.invoke({"messages": [{"role": "user", "content": "Pay the Paper Mill."}]})
    declined, token, paid, replayed = SCRIPT.told

    step("What is so now")
    must("TOO_MUCH: 4800.00 USD is more than the 1000.00 USD" in declined, "4800.00 USD were declined, and the agent was told why")
    must(token.count(".") == 2 and "are paid" in paid, "480.00 USD were paid, with the token that it got when fay had approved")
    must("REPLAY_DETECTED" in replayed and bank.paid == ["480.00"], "the same token paid nothing more")

    receipt = house.close(next(event for event in house.events() if event["kind"] == "burned"))
    must((receipt["event"], receipt["approvals"][0]["by"]) == ("burned", "fay"), "it is of the payment that fay approved")
