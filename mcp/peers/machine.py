"""What the person at the machine answers in a form, as a real client of the official SDK shows it, in both eras, over stdio and HTTP.

machine.py LICTOR
"""
import asyncio
import json
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp_types import ElicitResult

from calls import free_port
from held import approve, key
from resumed import until_listens

HERE = Path(__file__).resolve().parent
LICTOR = sys.argv[1]
QUIET = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}


@asynccontextmanager
async def running(*commands: list[str]):
    """Each of these, with the last word of the first line that it says."""
    started = []
    try:
        for command in commands:
            started.append(subprocess.Popen(command, **QUIET))
        yield [process.stdout.readline().split()[-1] for process in started]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


async def answered(folder: Path, mode: str, over_http: bool) -> None:
    data, notes = folder / "data", folder / "notes"
    for name, file, *roles in [
        ("desk-1", "agent.key", "--role", "agent", "--owner", "olga"),
        ("proxy", "till.key", "--role", "checkout"),
        ("jo", "jo.key", "--role", "approver", "--approves", "local_operator"),
    ]:
        (folder / file).write_text(key(data, name, *roles))
    boss = key(data, "ann", "--role", "approver", "--approves", "boss")
    gateway = [LICTOR, "serve", str(HERE / "machine"), "--data", str(data), "--listen", "127.0.0.1:0"]
    async with running(gateway) as [address]:
        proxy = ["mcp", "--server", "desk", "--gateway", address, "--key-file", str(folder / "agent.key"),
                 "--checkout-key-file", str(folder / "till.key"), "--operator-key-file", str(folder / "jo.key"), "--only-tools"]
        port = free_port()
        server = [sys.executable, str(HERE / "server.py"), *([str(port)] if over_http else [])]
        forms: list[str] = []
        says: list[ElicitResult] = []

        async def on_elicitation(_context, params) -> ElicitResult:
            if getattr(params, "url", None) is not None:
                # Somebody else has to approve as well, where the link leads.
                approve(address, params.url, boss)
                return ElicitResult(action="accept")
            assert params.requested_schema["properties"]["answer"]["enum"] == ["leave", "deny", "approve"], params
            forms.append(params.message)
            return says.pop(0)

        def choice(answer: str) -> ElicitResult:
            return ElicitResult(action="accept", content={"answer": answer})

        async def tried(client: Client) -> None:
            for amount, said, count in [
                (5, None, 0),
                (60, choice("approve"), 1),
                (61, ElicitResult(action="decline"), 2),
                (61, choice("leave"), 3),
                (62, choice("deny"), 4),
                (160, choice("approve"), 5),
            ]:
                says[:] = [said] if said else []
                done = await client.call_tool("refund", {"amount": amount})
                text = done.content[0].text
                assert len(forms) == count, (amount, forms)
                if amount == 61:
                    assert done.is_error and "APPROVAL_PENDING" in text and "/approvals/" in text, done
                elif amount == 62:
                    assert done.is_error and "APPROVAL_DENIED" in text, done
                else:
                    assert not done.is_error, done
            for line in ["Agent: desk-1", "Action: desk.refund", "  amount: 60.00 USD"]:
                assert line in forms[0].splitlines(), forms[0]
            assert "Others must approve it as well: boss" in forms[4], forms[4]

        if over_http:
            env = ["env", f"DESK_NOTES={notes}", *server]
            served = subprocess.Popen(env, **QUIET)
            try:
                until_listens(port)
                front = [LICTOR, *proxy, "--url", f"http://127.0.0.1:{port}/mcp", "--listen", "127.0.0.1:0"]
                async with running(front) as [url], Client(url, mode=mode, elicitation_callback=on_elicitation) as client:
                    await tried(client)
            finally:
                served.terminate()
                served.wait()
        else:
            target = StdioServerParameters(command=LICTOR, args=[*proxy, "--", *server], env={"DESK_NOTES": str(notes)})
            async with Client(target, mode=mode, elicitation_callback=on_elicitation) as client:
                await tried(client)
        assert notes.read_text().splitlines() == ["refund 5", "refund 60", "refund 160"], notes.read_text()
    log = subprocess.run([LICTOR, "audit", "export", str(data), "--as", "jsonl"], check=True, capture_output=True, text=True)
    steps = [json.loads(line) for line in log.stdout.splitlines()]
    answers = [step["record"]["answer"] for step in steps if step["kind"] == "approval_answered"]
    evidence = [(answer["role"], answer["evidence"], answer["answer"]) for answer in answers]
    form = ("local_operator", "local_operator")
    assert evidence == [(*form, "approved"), (*form, "denied"), (*form, "approved"), ("boss", "session", "approved")], evidence
    print(f"{mode}{', over HTTP' if over_http else ''}: approved, left and denied in forms, marked so, and others asked by their link")


async def main() -> None:
    for mode, over_http in [("legacy", False), ("legacy", True), ("2026-07-28", False), ("2026-07-28", True)]:
        with tempfile.TemporaryDirectory() as folder:
            await answered(Path(folder), mode, over_http)


if __name__ == "__main__":
    asyncio.run(main())
