"""What a model says, where a model would be: so that a demonstration needs no account, and says the same each time."""

from told import step, tell


class Script:
    """Calls of tools, one after the other, and what the tools answered.

    A call is why, the tool, and its arguments: an object, or a function of what was told so far.
    """

    def __init__(self, *calls):
        self._calls, self.told = list(calls), []

    def hear(self, text):
        """A tool answered."""
        self.told.append(text)
        tell(f"the model reads: {text if len(text) <= 200 else text[:60] + '…'}")

    def next_call(self):
        """The tool that the model calls next and its arguments, or nothing: then it is done."""
        if not self._calls:
            return None
        why, tool, arguments = self._calls.pop(0)
        if callable(arguments):
            arguments = arguments(self.told)
        shown = ", ".join(value if len(value) <= 60 else value[:12] + "…" for value in arguments.values())
        step(f"{why}: {tool}({shown})")
        return tool, arguments
