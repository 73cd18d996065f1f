"""A server that hangs up in the middle of a call, and answers over another connection: what was used up for the call is settled all the same.

resumed.py LICTOR
"""
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mcp import Client

from calls import free_port
from held import key

HERE = Path(__file__).resolve().parent
LICTOR = sys.argv[1]
QUIET = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}


def until_listens(port: int) -> None:
    for _ in range(200):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


async def main(folder: Path) -> None:
    data, house, port = folder / "data", folder / "house", free_port()
    house.mkdir()
    server = [sys.executable, str(HERE / "suite" / "server.py")]
    schema = [LICTOR, "mcp", "schema", "--server", "suite", "--default", "allow", "-o", str(house / "tools.lictor")]
    subprocess.run([*schema, "--", *server], check=True, capture_output=True)
    (folder / "agent.key").write_text(key(data, "desk-1", "--role", "agent"))
    (folder / "checkout.key").write_text(key(data, "proxy", "--role", "checkout"))
    running = [subprocess.Popen([*server, str(port)], **QUIET)]
    try:
        gateway = subprocess.Popen([LICTOR, "serve", str(house), "--data", str(data), "--listen", "127.0.0.1:0"], **QUIET)
        running.append(gateway)
        address = gateway.stdout.readline().split()[-1]
        proxy = subprocess.Popen(
            [LICTOR, "mcp", "--server", "suite", "--gateway", address, "--key-file", str(folder / "agent.key"),
             "--checkout-key-file", str(folder / "checkout.key"), "--url", f"http://127.0.0.1:{port}/mcp",
             "--listen", "127.0.0.1:0"], **QUIET,
        )
        running.append(proxy)
        until_listens(port)
        async with Client(proxy.stdout.readline().split()[-1], mode="legacy") as client:
            done = await client.call_tool("test_reconnection", {})
            assert not done.is_error and "completed" in done.content[0].text, done
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()
    log = subprocess.run([LICTOR, "audit", "export", str(data), "--as", "jsonl"], check=True, capture_output=True, text=True)
    steps = [json.loads(line) for line in log.stdout.splitlines()]
    # What comes before the policy is what was done on the host, such as adding keys.
    kinds = [step["kind"] for step in steps if step["kind"] != "operator"]
    assert kinds == ["bundle", "decided", "burned", "settled"], kinds
    assert '"executed"' in json.dumps(steps[-1]), steps[-1]
    print("legacy, over HTTP, answered over another connection: settled as executed")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(main(Path(name)))
