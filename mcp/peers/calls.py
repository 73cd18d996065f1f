"""A real client and a real server of the official SDK, in both eras, with `lictor mcp` between them.

calls.py LICTOR
"""
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mcp import Client, StdioServerParameters

HERE = Path(__file__).resolve().parent
LICTOR = sys.argv[1]


def params(notes: Path, *options: str) -> StdioServerParameters:
    """The server, with the proxy before it."""
    args = ["mcp", "--server", "desk", *options, "--", sys.executable, str(HERE / "server.py")]
    return StdioServerParameters(command=LICTOR, args=args, env={"DESK_NOTES": str(notes)})


async def direct(notes: Path, mode: str) -> list:
    server = StdioServerParameters(command=sys.executable, args=[str(HERE / "server.py")], env={"DESK_NOTES": str(notes)})
    async with Client(server, mode=mode) as client:
        return [tool.model_dump() for tool in (await client.list_tools()).tools]


async def through(notes: Path, mode: str, expected_tools: list) -> None:
    progress = []

    async def on_progress(done: float, total: float | None, message: str | None) -> None:
        progress.append((done, total))

    options = ["--policy", str(HERE / "policy"), "--record", str(notes) + ".record"]
    async with Client(params(notes, *options), mode=mode) as client:
        tools = [tool.model_dump() for tool in (await client.list_tools()).tools]
        assert tools == expected_tools, "the list passes as it is"
        added = await client.call_tool("add", {"a": 2, "b": -3})
        assert not added.is_error and added.content[0].text == "-1", added
        small = await client.call_tool("refund", {"amount": 50}, progress_callback=on_progress)
        assert not small.is_error and "50" in small.content[0].text, small
        assert progress == [(1, 2)], progress
        for tool, arguments, code in [
            ("refund", {"amount": 51}, "TOO_MUCH"),
            ("refund", {"amount": 5, "to": "eve"}, "UNKNOWN_ACTION"),
            ("refund", {"amount": "5"}, "STRUCTURE_INVALID"),
            ("burn", {"everything": True}, "UNKNOWN_ACTION"),
        ]:
            refused = await client.call_tool(tool, arguments)
            assert refused.is_error and code in refused.content[0].text, (tool, arguments, refused)
        page = await client.read_resource("desk://page")
        assert page.contents[0].text == "a page"
        try:
            await client.get_prompt("greet", {"who": "Ann"})
            raise AssertionError("a prompt of which nobody said what it is was given")
        except Exception as error:  # the SDK's own errors differ by era
            assert "UNKNOWN_ACTION" in str(error), error
    assert notes.read_text().split("\n")[:-1] == ["add 2 -3", "refund 50", "page"], notes.read_text()
    assert len(Path(str(notes) + ".record").read_text().splitlines()) == 8


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


async def far(notes: Path, mode: str) -> None:
    """The same server over streamable HTTP, with the proxy before it."""
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), str(port)], env={**os.environ, "DESK_NOTES": str(notes)}, **quiet
    )
    proxy = subprocess.Popen(
        [LICTOR, "mcp", "--server", "desk", "--policy", str(HERE / "policy"), "--url", f"http://127.0.0.1:{port}/mcp",
         "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    try:
        address = proxy.stdout.readline().split()[-1]
        for _ in range(200):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        schema = [LICTOR, "mcp", "schema", "--server", "desk"]
        by_url = subprocess.run([*schema, "--url", f"http://127.0.0.1:{port}/mcp"], check=True, capture_output=True).stdout
        by_command = subprocess.run(
            [*schema, "--", sys.executable, str(HERE / "server.py")], check=True, capture_output=True,
            env={**os.environ, "DESK_NOTES": str(notes)},
        ).stdout
        assert by_url == by_command and b"action desk.refund" in by_url, by_url
        async with Client(address, mode=mode) as client:
            assert len((await client.list_tools()).tools) == 3
            added = await client.call_tool("add", {"a": 2, "b": -3})
            assert not added.is_error and added.content[0].text == "-1", added
            refused = await client.call_tool("refund", {"amount": 51})
            assert refused.is_error and "TOO_MUCH" in refused.content[0].text, refused
            page = await client.read_resource("desk://page")
            assert page.contents[0].text == "a page"
        assert notes.read_text().split("\n")[:-1] == ["add 2 -3", "page"], notes.read_text()
    finally:
        proxy.terminate()
        server.terminate()
        proxy.wait()
        server.wait()
    print(f"{mode}, over HTTP: allowed and refused")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for mode in ["legacy", "2026-07-28", "auto"]:
            notes = Path(folder) / mode
            tools = await direct(notes, mode)
            begun = time.monotonic()
            await through(notes, mode, tools)
            await far(Path(folder) / f"{mode}-far", mode)
            print(f"{mode}: allowed, refused and recorded ({time.monotonic() - begun:.1f} s)")


if __name__ == "__main__":
    asyncio.run(main())
