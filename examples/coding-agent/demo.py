"""A coding agent with the tools of a server of MCP, and `lictor mcp` between them: a real client and a real server, of the official SDK."""

import asyncio
import sys
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp_types import ElicitResult

from house import LICTOR, House, must, step, tell
from script import Script

HERE = Path(__file__).resolve().parent
SECRET = "correct-horse-battery-staple"
SCRIPT = Script(
    ("The agent looks around", "run", {"command": "ls src"}),
    ("It tidies up", "run", {"command": "rm -rf src"}),
    ("It looks for a way to deploy by itself", "run", {"command": "cat ~/.aws/credentials"}),
    ("It deploys as it should", "deploy", {"service": "shop", "version": "v1.4.2"}),
)


def workshop(folder):
    """A project, and what lies beside it."""
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "shop.py").write_text("print('open')\n")
    (folder / ".aws").mkdir()
    (folder / ".aws" / "credentials").write_text(f"aws_secret_access_key = {SECRET}\n")
    return folder


def server(house, folder):
    """The client's configuration: `lictor mcp` where the server was, and behind `--` the server."""
    (house.folder / "agent.key").write_text(house.agent_key)
    (house.folder / "checkout.key").write_text(house.checkout_key)
    keys = ["--key-file", str(house.folder / "agent.key"), "--checkout-key-file", str(house.folder / "checkout.key")]
    args = ["mcp", "--server", "workshop", "--gateway", house.url, *keys, "--", sys.executable, str(HERE / "workshop.py")]
    return StdioServerParameters(command=LICTOR, args=args, env={"WORKSHOP": str(folder)})


async def open_link(_context, asked):
    """The client shows where a person can answer. To open the link is not to approve."""
    tell(f"the client opens {asked.url}")
    return ElicitResult(action="accept")


async def run(house, folder):
    """The agent: it calls what the model says, and hands it the answer."""
    async with Client(server(house, folder), elicitation_callback=open_link) as client:
        while call := SCRIPT.next_call():
            result = await client.call_tool(*call)
            SCRIPT.hear("".join(content.text for content in result.content).strip())


with House(HERE / "policy", agent="coder-1", person="rita", role="release") as house:
    folder = workshop(house.folder / "workshop")
    with house.somebody_approves():
        asyncio.run(run(house, folder))
    looked, removed, read, deployed = SCRIPT.told

    step("What is so now")
    must(looked == "shop.py", "the agent works: it saw what is in src")
    must("GONE_FOR_GOOD" in removed and (folder / "src" / "shop.py").exists(), "src was not removed")
    must("OPENS_DOORS" in read and SECRET not in "".join(SCRIPT.told), "the credentials were not read")
    must("is deployed" in deployed and (folder / "deployed").read_text() == "shop v1.4.2\n", "v1.4.2 was deployed, once")
    must([event["kind"] for event in house.events()].count("approval_answered") == 1, "rita had approved it")

    receipt = house.close(next(event for event in house.events() if "rm -rf" in str(event["record"])))
    must((receipt["decision"], receipt["reason_code"]) == ("deny", "GONE_FOR_GOOD"), "it is of the refused rm -rf")
