"""Calls that wait for a person, through a gateway: a real client of the official SDK opens the link, and a person approves.

held.py LICTOR
"""
import asyncio
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp_types import ElicitResult

HERE = Path(__file__).resolve().parent
LICTOR = sys.argv[1]


def key(data: Path, *args: str) -> str:
    done = subprocess.run([LICTOR, "keys", "add", *args, "--data", str(data)], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def approve(address: str, link: str, approver: str, answer: str = "approve") -> None:
    assert link.startswith(f"{address}/approvals/"), link
    request = urllib.request.Request(
        f"{link}/{answer}", data=b"{}", headers={"Authorization": f"Bearer {approver}", "Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as done:
        assert done.status == 200


async def held(folder: Path, mode: str) -> None:
    data, notes = folder / "data", folder / "notes"
    agent = key(data, "desk-1", "--role", "agent")
    checkout = key(data, "proxy", "--role", "checkout")
    approver = key(data, "ann", "--role", "approver", "--approves", "boss")
    (folder / "agent.key").write_text(agent)
    (folder / "checkout.key").write_text(checkout)
    gateway = subprocess.Popen(
        [LICTOR, "serve", str(HERE / "held"), "--data", str(data), "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    try:
        address = gateway.stdout.readline().split()[-1]
        args = ["mcp", "--server", "desk", "--gateway", address, "--key-file", str(folder / "agent.key"),
                "--checkout-key-file", str(folder / "checkout.key"), "--only-tools",
                "--", sys.executable, str(HERE / "server.py")]
        server = StdioServerParameters(command=LICTOR, args=args, env={"DESK_NOTES": str(notes)})
        links: list[str] = []
        answer = "accept"

        async def on_elicitation(_context, params) -> ElicitResult:
            links.append(params.url)
            if answer == "accept":
                approve(address, params.url, approver)
            return ElicitResult(action=answer)

        async with Client(server, mode=mode, elicitation_callback=on_elicitation) as client:
            little = await client.call_tool("refund", {"amount": 5})
            assert not little.is_error, little
            asked = await client.call_tool("refund", {"amount": 60})
            assert not asked.is_error and len(links) == 1, (asked, links)
            # What was given counts, the approved one as well: 5, 60 and 140 are more than 200.
            daily = await client.call_tool("refund", {"amount": 140})
            assert daily.is_error and "DAILY" in daily.content[0].text, daily
            answer = "decline"
            declined = await client.call_tool("refund", {"amount": 51})
            assert declined.is_error, declined
        # A client that shows no links is told where a person can approve it, and may call again.
        async with Client(server, mode=mode) as client:
            told = await client.call_tool("refund", {"amount": 70})
            text = told.content[0].text
            assert told.is_error and "NOT_LITTLE" in text and "/approvals/" in text, told
            link = next(word for word in text.split() if "/approvals/" in word).rstrip(";")
            approve(address, link, approver)
            again = await client.call_tool("refund", {"amount": 70})
            assert not again.is_error, again
            once = await client.call_tool("refund", {"amount": 70})
            assert once.is_error, "one approval is good for one call"
        assert notes.read_text().splitlines() == ["refund 5", "refund 60", "refund 70"], notes.read_text()
        print(f"{mode}: held, approved through its link, counted, declined")
    finally:
        gateway.terminate()
        gateway.wait()


async def main() -> None:
    for mode in ["legacy", "2026-07-28"]:
        with tempfile.TemporaryDirectory() as folder:
            await held(Path(folder), mode)


if __name__ == "__main__":
    asyncio.run(main())
