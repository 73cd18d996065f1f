// What VS Code calls: the extension begins here, and ends here.

import * as vscode from "vscode";
import { SHOW_REFERENCES, showReferences } from "./references";
import { Server } from "./server";

/** Changes of these settings take effect by starting the server anew. */
const STARTED_WITH = ["lictor.path", "lictor.arguments"];

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = new Server();
  server = started;
  const install = vscode.Uri.joinPath(context.extensionUri, "INSTALL.md");
  context.subscriptions.push(
    started,
    ...started.trying.register(),
    vscode.commands.registerCommand("lictor.restart", () => started.restart()),
    vscode.commands.registerCommand("lictor.showOutput", () => started.showOutput()),
    vscode.commands.registerCommand(SHOW_REFERENCES, showReferences),
    vscode.commands.registerCommand("lictor.showInstall", () => vscode.commands.executeCommand("markdown.showPreview", install)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (STARTED_WITH.some((setting) => change.affectsConfiguration(setting))) void started.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void started.restart()),
  );
  await started.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
  server = undefined;
}
