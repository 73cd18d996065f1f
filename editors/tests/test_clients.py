"""The language server as clients of several editors see it, by what each of them says it can do: on a copy of a real project.

pytest-lsp holds every message against the protocol and against what the client said; what does not fit is an error here. What the server
does not advertise is skipped. `LICTOR` names the program.
"""

import asyncio
import os
import pathlib
import shutil

import pytest
import pytest_asyncio
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning")]

PROJECT = pathlib.Path(__file__).parents[2] / "examples/deploys/policy"
CLIENTS = ["visual-studio-code", "neovim@0.7", "neovim@0.11", "emacs"]


class Policy:
    """A policy that is open in an editor."""

    def __init__(self, client: LanguageClient, server: types.ServerCapabilities, path: pathlib.Path):
        self.client, self.server, self.uri = client, server, path.as_uri()
        self.original = self.text = path.read_text()
        self.version = 1
        item = types.TextDocumentItem(uri=self.uri, language_id="lictor", version=1, text=self.text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def needs(self, capability: str):
        if not getattr(self.server, capability):
            pytest.skip(f"the server does not advertise {capability}")

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(uri=self.uri)

    def at(self, text: str, behind: int = 0) -> types.Position:
        """The place `behind` letters after the beginning of a text. The policy is ASCII, so that letters are units."""
        before = self.text[: self.text.index(text) + behind]
        return types.Position(line=before.count("\n"), character=len(before) - (before.rfind("\n") + 1))

    def replace(self, text: str, by: str):
        span = types.Range(start=self.at(text), end=self.at(text, len(text)))
        self.text = self.text.replace(text, by, 1)
        self.version += 1
        change = types.TextDocumentContentChangePartial(range=span, text=by)
        document = types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def edited(self, edits) -> str:
        """The text after edits, none of which touches another."""
        lines = [0]
        for line in self.text.splitlines(keepends=True):
            lines.append(lines[-1] + len(line))
        offset = lambda place: lines[place.line] + place.character
        text = self.text
        for edit in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
            text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
        return text

    def changed(self, edit: types.WorkspaceEdit) -> str:
        edits = list((edit.changes or {}).get(self.uri, []))
        for change in edit.document_changes or []:
            if change.text_document.uri == self.uri:
                edits += change.edits
        return self.edited(edits)

    async def mistakes(self):
        """The mistakes in this version of the text; a client that can ask for them asks."""
        if self.client.capabilities.text_document.diagnostic and self.server.diagnostic_provider:
            params = types.DocumentDiagnosticParams(text_document=self.document)
            found = (await self.client.text_document_diagnostic_async(params)).items
        else:
            for _ in range(400):
                published = self.client.diagnostics.get(self.uri)
                if published is not None and self.settled():
                    break
                await asyncio.sleep(0.02)
            found = self.client.diagnostics[self.uri]
        return [each for each in found if each.severity == types.DiagnosticSeverity.Error]

    def settled(self) -> bool:
        """Whether what was published is about this version."""
        return self.client.published.get(self.uri) == self.version


def make_client() -> LanguageClient:
    """A client that also lets the server register what it wants to be told, and remembers of which version diagnostics are."""
    client = make_test_lsp_client()
    client.published = {}
    features = client.protocol.fm.features

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_: types.RegistrationParams):
        return None

    keep = features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def publish(params: types.PublishDiagnosticsParams):
        keep(params)
        client.published[params.uri] = params.version

    return client


SERVER = ClientServerConfig(server_command=[os.environ["LICTOR"], "lsp"], client_factory=make_client)


@pytest_lsp.fixture(config=SERVER, params=CLIENTS)
async def editor(request, lsp_client: LanguageClient, tmp_path):
    shutil.copytree(PROJECT, tmp_path / "policy")
    folder = types.WorkspaceFolder(uri=tmp_path.as_uri(), name="policy")
    capabilities = client_capabilities(request.param)
    answer = await lsp_client.initialize_session(
        types.InitializeParams(capabilities=capabilities, workspace_folders=[folder], root_uri=folder.uri)
    )
    lsp_client.server_can = answer.capabilities
    yield
    await lsp_client.shutdown_session()


@pytest_asyncio.fixture
async def policy(editor, tmp_path):
    return Policy(editor, editor.server_can, tmp_path / "policy/base.lictor")


async def test_a_mistake_is_shown_while_it_is_there(policy):
    assert await policy.mistakes() == []
    policy.replace(">= last_call", ">= last_cal")
    [mistake] = await policy.mistakes()
    assert "last_cal" in mistake.message and mistake.source == "lictor"
    assert mistake.range.start == policy.at(">= last_cal", len(">= "))
    policy.replace(">= last_cal", ">= last_call")
    assert await policy.mistakes() == []


async def test_a_policy_is_laid_out(policy):
    policy.needs("document_formatting_provider")
    policy.replace("tiers { new, proven }", "tiers   {new,proven}")
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    params = types.DocumentFormattingParams(text_document=policy.document, options=options)
    edits = await policy.client.text_document_formatting_async(params)
    assert policy.edited(edits) == policy.original


async def test_a_mistake_is_mended_by_a_code_action(policy):
    policy.needs("code_action_provider")
    policy.replace(">= last_call", ">= last_cal")
    [mistake] = await policy.mistakes()
    context = types.CodeActionContext(diagnostics=[mistake])
    params = types.CodeActionParams(text_document=policy.document, range=mistake.range, context=context)
    actions = await policy.client.text_document_code_action_async(params)
    action = next(each for each in actions if "last_call" in each.title)
    if action.edit is None:
        action = await policy.client.code_action_resolve_async(action)
    assert policy.changed(action.edit) == policy.original


async def test_names_are_completed(policy):
    policy.needs("completion_provider")
    policy.replace(">= last_call", ">= last_")
    place = policy.at(">= last_", len(">= last_"))
    params = types.CompletionParams(text_document=policy.document, position=place)
    answer = await policy.client.text_document_completion_async(params)
    items = getattr(answer, "items", answer)
    assert "last_call" in [item.label for item in items]


async def test_a_name_is_told_about(policy):
    policy.needs("hover_provider")
    params = types.HoverParams(text_document=policy.document, position=policy.at(">= last_call", 5))
    hover = await policy.client.text_document_hover_async(params)
    assert "last_call" in hover.contents.value


async def test_a_name_leads_to_where_it_is_declared(policy):
    policy.needs("definition_provider")
    params = types.DefinitionParams(text_document=policy.document, position=policy.at(">= last_call", 5))
    answer = await policy.client.text_document_definition_async(params)
    place = answer[0] if isinstance(answer, list) else answer
    span = getattr(place, "range", None) or place.target_selection_range
    assert span.start.line == policy.at("param last_call").line


async def test_a_name_is_changed_everywhere(policy):
    policy.needs("rename_provider")
    place = policy.at(">= last_call", 5)
    params = types.RenameParams(text_document=policy.document, position=place, new_name="latest_start")
    edit = await policy.client.text_document_rename_async(params)
    assert policy.changed(edit) == policy.original.replace("last_call", "latest_start")


async def test_the_outline_has_what_the_file_has(policy):
    policy.needs("document_symbol_provider")
    params = types.DocumentSymbolParams(text_document=policy.document)
    names = [symbol.name for symbol in await policy.client.text_document_document_symbol_async(params)]
    assert "last_call" in names and "holiday_freeze" in names
