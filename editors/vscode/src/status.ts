// What the editor's status bar says of the server while a policy is open.

import * as vscode from "vscode";

/** How the server is. */
export type State =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly version: string; readonly file: string }
  | { readonly kind: "absent"; readonly text: string };

/** The item beside `Lictor` in the status bar. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("lictor.server", { language: "lictor" });

  constructor() {
    this.item.name = "Lictor";
    this.show({ kind: "starting" });
  }

  /** Says how it is now. */
  show(state: State): void {
    this.item.busy = state.kind === "starting";
    this.item.severity =
      state.kind === "absent" ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    switch (state.kind) {
      case "starting":
        this.item.text = "Lictor is starting";
        this.item.detail = undefined;
        this.item.command = { title: "Show its output", command: "lictor.showOutput" };
        break;
      case "running":
        this.item.text = `Lictor ${state.version}`;
        this.item.detail = state.file;
        this.item.command = { title: "Restart", command: "lictor.restart" };
        break;
      case "absent":
        this.item.text = "Policies are not checked";
        this.item.detail = state.text;
        this.item.command = { title: "Try again", command: "lictor.restart" };
        break;
    }
  }

  dispose(): void {
    this.item.dispose();
  }
}
