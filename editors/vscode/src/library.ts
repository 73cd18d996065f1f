// Shows modules of the standard library, which are in no file: the server has their texts.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** How the addresses of these modules begin. */
export const SCHEME = "lictor-library";

/** The request of version 3.18 of the protocol, which the client's library does not know yet. */
const REQUEST = "workspace/textDocumentContent";

/** What the editor asks for the text of a module; `client` is the server that runs, if one does. */
export function library(client: () => LanguageClient | undefined): vscode.TextDocumentContentProvider {
  return {
    async provideTextDocumentContent(address, token) {
      const running = client();
      if (running === undefined) return undefined;
      const uri = running.code2ProtocolConverter.asUri(address);
      const content = await running.sendRequest<{ text: string }>(REQUEST, { uri }, token);
      return content.text;
    },
  };
}
