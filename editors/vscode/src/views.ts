// What the server says in words, shown beside the policy: texts that nobody saves, and that change when what they say does.

import * as vscode from "vscode";

/** How the addresses of these texts begin. */
export const SCHEME = "lictor-view";

/** The texts that are shown. */
export class Views implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly texts = new Map<string, string>();
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(address: vscode.Uri): string {
    return this.texts.get(address.path) ?? "This is no longer looked at.\n";
  }

  /** Shows a text under a name, beside the policy; where the name is shown already, the text replaces what it said. */
  async show(name: string, text: string): Promise<void> {
    const address = this.say(name, text);
    const document = await vscode.workspace.openTextDocument(address);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false });
  }

  /** Changes what stands under a name. */
  say(name: string, text: string): vscode.Uri {
    const address = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(address.path, text);
    this.changed.fire(address);
    return address;
  }

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }
}
