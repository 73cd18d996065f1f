#!/usr/bin/env python3
"""A scripted model: whatever it is asked, it first asks for one command in a shell, and says "done" once it has seen what came of it.

It speaks the streamed forms of four interfaces, as much of each as the hosts need: Anthropic Messages, OpenAI Responses, OpenAI Chat
Completions and Gemini. `model.py COMMAND` prints its port and serves until it is ended. What each tool call came to is written to the
standard error.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What hosts call the tool that runs a command, and the input that each takes.
SHELLS = {
    "Bash": lambda command: {"command": command, "description": "Do it"},
    "exec_command": lambda command: {"cmd": command},
    "shell_command": lambda command: {"command": command},
    "shell": lambda command: {"command": ["bash", "-lc", command]},
    "run_shell_command": lambda command: {"command": command, "description": "Do it"},
    "bash": lambda command: {"command": command, "description": "Do it"},
}


def named(tools):
    """The names of the tools that a request offers, in any of the forms."""
    for tool in tools or []:
        yield from named(tool.get("functionDeclarations"))
        yield tool.get("name") or tool.get("function", {}).get("name")


def shell(body):
    """The tool to call, where the request offers one of those that are known here."""
    offered = set(named(body.get("tools")))
    return next((name for name in SHELLS if name in offered), None)


def anthropic(body, command):
    results = [
        part
        for message in body["messages"]
        for part in (message["content"] if isinstance(message["content"], list) else [])
        if part.get("type") == "tool_result"
    ]
    name = None if results else shell(body)
    tell(results)
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": [], "stop_reason": None}
    usage = {"input_tokens": 1, "output_tokens": 1}
    if name:
        start = {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(SHELLS[name](command))}
    else:
        start = {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": "done"}
    whole = dict(start, input=SHELLS[name](command)) if name else {"type": "text", "text": "done"}
    stop = "tool_use" if name else "end_turn"
    if not body.get("stream"):
        return dict(head, content=[whole], stop_reason=stop, usage=usage)
    return [
        ("message_start", {"message": dict(head, usage=usage)}),
        ("content_block_start", {"index": 0, "content_block": start}),
        ("content_block_delta", {"index": 0, "delta": delta}),
        ("content_block_stop", {"index": 0}),
        ("message_delta", {"delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 1}}),
        ("message_stop", {}),
    ]


def responses(body, command):
    items = body["input"] if isinstance(body["input"], list) else []
    results = [item for item in items if str(item.get("type", "")).endswith("_call_output")]
    name = None if results else shell(body)
    tell(results)
    if name:
        arguments = json.dumps(SHELLS[name](command))
        item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name, "arguments": arguments}
    else:
        content = [{"type": "output_text", "text": "done", "annotations": []}]
        item = {"type": "message", "id": "m_1", "role": "assistant", "status": "completed", "content": content}
    usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    usage |= {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    whole = {"id": "r_1", "object": "response", "status": "completed", "output": [item], "usage": usage}
    return [
        ("response.created", {"response": {"id": "r_1", "object": "response", "status": "in_progress", "output": []}}),
        ("response.output_item.added", {"output_index": 0, "item": item}),
        ("response.output_item.done", {"output_index": 0, "item": item}),
        ("response.completed", {"response": whole}),
    ]


def chat(body, command):
    results = [message for message in body["messages"] if message["role"] == "tool"]
    name = None if results else shell(body)
    tell(results)
    if name:
        function = {"name": name, "arguments": json.dumps(SHELLS[name](command))}
        said = {"role": "assistant", "content": None, "tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}
    else:
        said = {"role": "assistant", "content": "done"}
    head = {"id": "c_1", "created": 0, "model": body["model"]}
    stop = "tool_calls" if name else "stop"
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    if not body.get("stream"):
        choice = {"index": 0, "message": said, "finish_reason": stop}
        return dict(head, object="chat.completion", choices=[choice], usage=usage)
    chunk = dict(head, object="chat.completion.chunk")
    return [
        (None, dict(chunk, choices=[{"index": 0, "delta": said, "finish_reason": None}])),
        (None, dict(chunk, choices=[{"index": 0, "delta": {}, "finish_reason": stop}], usage=usage)),
        (None, "[DONE]"),
    ]


def gemini(body, command, streamed):
    parts = [part for content in body["contents"] for part in content.get("parts", [])]
    results = [part for part in parts if "functionResponse" in part]
    name = None if results else shell(body)
    tell(results)
    part = {"functionCall": {"name": name, "args": SHELLS[name](command)}} if name else {"text": "done"}
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
    content = {"role": "model", "parts": [part]}
    said = {"candidates": [{"index": 0, "content": content, "finishReason": "STOP"}], "usageMetadata": usage}
    return [(None, said)] if streamed else said


def tell(results):
    for result in results:
        print(json.dumps(result)[:2000], file=sys.stderr, flush=True)


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        path, _, query = self.path.partition("?")
        body = json.loads(sent or b"{}")
        command = self.server.command
        # Small talk, such as a title for the session, is without tools.
        self.server.asked |= shell(body) is not None
        if path.endswith("/messages"):
            self.answer(anthropic(body, command))
        elif path.endswith("/count_tokens"):
            self.answer({"input_tokens": 1})
        elif path.endswith("/responses"):
            self.answer(responses(body, command))
        elif path.endswith("/chat/completions"):
            self.answer(chat(body, command))
        elif path.endswith(":countTokens"):
            self.answer({"totalTokens": 1})
        elif "enerateContent" in path:
            self.answer(gemini(body, command, path.endswith(":streamGenerateContent")))
        else:
            self.answer({}, 404)

    def do_GET(self):
        self.answer({"data": [], "models": []})

    def answer(self, said, status=200):
        streamed = isinstance(said, list)
        text = "".join(self.event(*one) for one in said) if streamed else json.dumps(said)
        self.send_response(status)
        self.send_header("content-type", "text/event-stream" if streamed else "application/json")
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    @staticmethod
    def event(name, data):
        if name:
            return f"event: {name}\ndata: {json.dumps(dict(data, type=name))}\n\n"
        return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"

    def log_message(self, *_):
        pass


def serve(command):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.command = command
    # Whether the host has offered it a shell.
    server.asked = False
    return server


if __name__ == "__main__":
    model = serve(sys.argv[1])
    print(model.server_address[1], flush=True)
    model.serve_forever()
