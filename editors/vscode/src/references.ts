// Shows a list of places, as the editor shows references: the server says in a command which.

import * as vscode from "vscode";
import type { Location, Position, StaticFeature } from "vscode-languageclient/node";

/** The command of ours that lenses name. */
export const SHOW_REFERENCES = "lictor.showReferences";

/** Tells the server that there is this command; without it, a lens says in words what it would show. */
export const ability: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), commands: { commands: [SHOW_REFERENCES] } };
  },
  initialize() {},
  getState: () => ({ kind: "static" }),
  clear() {},
};

/** Shows them beside a place. What is given is the protocol's. */
export function showReferences(uri: string, at: Position, places: Location[]): Thenable<unknown> {
  const position = (place: Position) => new vscode.Position(place.line, place.character);
  const location = ({ uri, range }: Location) =>
    new vscode.Location(vscode.Uri.parse(uri), new vscode.Range(position(range.start), position(range.end)));
  return vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), position(at), places.map(location));
}
