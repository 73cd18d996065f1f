"""A model of LangChain that says what a script says. Put a chat model of yours in its place."""

from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult


class ScriptedModel(BaseChatModel):
    script: Any

    @property
    def _llm_type(self):
        return "scripted"

    def bind_tools(self, tools, **named):
        return self

    def _generate(self, messages, stop=None, run_manager=None, **named):
        if isinstance(messages[-1], ToolMessage):
            self.script.hear(messages[-1].content)
        call = self.script.next_call()
        calls = [{"name": call[0], "args": call[1], "id": f"call-{len(messages)}", "type": "tool_call"}] if call else []
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="" if call else "Done.", tool_calls=calls))])
