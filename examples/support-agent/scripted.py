"""A model of the OpenAI Agents SDK that says what a script says. Leave it out, and the agent asks a real one."""

import json

from agents.items import ModelResponse
from agents.models.interface import Model
from agents.usage import Usage
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText


class ScriptedModel(Model):
    def __init__(self, script):
        self.script = script

    async def get_response(self, system_instructions, input, *rest, **more):
        if isinstance(input, list) and input[-1].get("type") == "function_call_output":
            self.script.hear(input[-1]["output"])
        call = self.script.next_call()
        if call:
            output = ResponseFunctionToolCall(type="function_call", call_id=f"call-{len(input)}", name=call[0], arguments=json.dumps(call[1]))
        else:
            text = ResponseOutputText(type="output_text", text="Done.", annotations=[])
            output = ResponseOutputMessage(id="m-1", type="message", role="assistant", status="completed", content=[text])
        return ModelResponse(output=[output], usage=Usage(), response_id=None)

    def stream_response(self, *given, **named):
        raise NotImplementedError
