"""The workshop's server of MCP: it runs commands and deploys, and asks nobody. It knows nothing of Lictor."""

import os
import subprocess

from mcp.server import MCPServer

server = MCPServer("workshop")
HOME = os.environ["WORKSHOP"]


@server.tool()
def run(command: str) -> str:
    """Run a command line."""
    done = subprocess.run(["bash", "-c", command], cwd=HOME, env={**os.environ, "HOME": HOME}, capture_output=True, text=True)
    return done.stdout + done.stderr


@server.tool()
def deploy(service: str, version: str) -> str:
    """Put a version where customers use it."""
    with open(os.path.join(HOME, "deployed"), "a", encoding="utf-8") as deployed:
        deployed.write(f"{service} {version}\n")
    return f"{service} {version} is deployed"


if __name__ == "__main__":
    server.run("stdio")
