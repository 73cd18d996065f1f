"""A support agent of the OpenAI Agents SDK that texts customers. Who has agreed to which texts, the customer file says and not the agent."""

import asyncio
from pathlib import Path

import lictor
from agents import Agent, RunConfig, Runner, function_tool
from lictor.adapters.openai_agents import all_guarded

from house import House, must, step, tell
from script import Script
from scripted import ScriptedModel

HERE = Path(__file__).resolve().parent

ANN = {"number": "+12125550100", "customer": "ann"}
BEN = {"number": "+12125550177", "customer": "ben"}
SCRIPT = Script(
    ("Ann has agreed to texts, and asks where her parcel is", "answer_by_text", {**ANN, "text": "Your parcel comes today."}),
    ("The agent would sell her something, too", "offer_by_text", {**ANN, "text": "20 % off all shoes until Sunday!"}),
    ("Ben has agreed to nothing", "answer_by_text", {**BEN, "text": "Was your call helpful?"}),
)
SENT = []


@function_tool
def answer_by_text(number: str, customer: str, text: str) -> str:
    """Answer a customer's question with a text."""
    SENT.append((customer, text))
    return "sent"


@function_tool
def offer_by_text(number: str, customer: str, text: str) -> str:
    """Send a customer an offer."""
    SENT.append((customer, text))
    return "sent"


with House(HERE / "policy", agent="helper-1", person="dora", role="desk", sources=HERE / "sources.yaml") as house:
    guard = lictor.Guard(
        lictor.Gateway(house.url, house.agent_key, root=house.root),
        checkout=lictor.Gateway(house.url, house.checkout_key, root=house.root),
    )
    agent = Agent(name="support", model=ScriptedModel(SCRIPT), tools=all_guarded([answer_by_text, offer_by_text], guard))
    asyncio.run(Runner.run(agent, "Help Ann and Ben.", run_config=RunConfig(tracing_disabled=True)))
    answered, offered, asked = SCRIPT.told

    step("What is so now")
    must(SENT == [("ann", "Your parcel comes today.")], "Ann got her answer, and nothing else was sent to anybody")
    must("TCPA_WRITTEN_CONSENT_MISSING" in offered, "the agent was told that an offer takes her consent in writing")
    must("TCPA_CONSENT_MISSING" in asked, "the agent was told that Ben has not agreed to texts")

    event = next(event for event in house.events() if "TCPA_WRITTEN_CONSENT_MISSING" in str(event["record"]))
    receipt = house.close(event)
    must(receipt["reason_code"] == "TCPA_WRITTEN_CONSENT_MISSING", "it is of the offer that was stopped; what its rule rests on:")
    for cited in house.cited(receipt):
        tell(cited)
    must(any("47 CFR 64.1200(a)(2)" in cited for cited in house.cited(receipt)), "consent in writing is among it")
