"""A server with what the protocol's conformance suite asks for, made with the official SDK.

server.py [PORT]
"""
import sys

import asks  # noqa: F401
import streams
from content import server

if __name__ == "__main__":
    if len(sys.argv) < 2:
        server.run("stdio")
    else:
        server.run(
            "streamable-http", host="127.0.0.1", port=int(sys.argv[1]), event_store=streams.Kept(), retry_interval=100
        )
