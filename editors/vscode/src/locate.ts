// Finds the `lictor` program: by the setting, else on the PATH. What it asks of the machine is handed in, so that tests need none.

import * as path from "node:path";

/** What is asked of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: { readonly [name: string]: string | undefined };
  readonly home: string;
  isProgram(file: string): boolean;
}

/** The program, or where it was looked for. */
export type Found = { readonly file: string } | { readonly missing: "setting" | "path"; readonly lookedAt: string };

/** `setting` is what the user says, `folder` the folder that is open, if one is. */
export function locate(setting: string, folder: string | undefined, machine: Machine): Found {
  const said = setting.trim();
  const paths = machine.platform === "win32" ? path.win32 : path.posix;
  if (said !== "" && !isBareName(said)) {
    const atHome = /^~(?=[\\/]|$)/.test(said) ? paths.join(machine.home, said.slice(1)) : said;
    const file = paths.isAbsolute(atHome) ? atHome : paths.resolve(folder ?? machine.home, atHome);
    const found = withEndings(file, machine).find((each) => machine.isProgram(each));
    return found ? { file: found } : { missing: "setting", lookedAt: file };
  }
  const name = said === "" ? "lictor" : said;
  const folders = (variable("PATH", machine) ?? "").split(paths.delimiter).filter((each) => paths.isAbsolute(each));
  for (const each of folders) {
    const found = withEndings(paths.join(each, name), machine).find((file) => machine.isProgram(file));
    if (found) return { file: found };
  }
  return { missing: said === "" ? "path" : "setting", lookedAt: name };
}

/** A name without a folder is looked for on the PATH, as a shell does. */
function isBareName(said: string): boolean {
  return !/[\\/]/.test(said) && said !== "~";
}

/** Windows adds the ending of a program by itself. */
function withEndings(file: string, machine: Machine): string[] {
  if (machine.platform !== "win32") return [file];
  const endings = (variable("PATHEXT", machine) ?? ".EXE;.CMD").split(";").filter((ending) => ending !== "");
  return [file, ...endings.map((ending) => file + ending.toLowerCase())];
}

/** On Windows the names of variables are the same in capitals or not. */
function variable(name: string, machine: Machine): string | undefined {
  if (machine.platform !== "win32") return machine.env[name];
  const key = Object.keys(machine.env).find((each) => each.toUpperCase() === name);
  return key === undefined ? undefined : machine.env[key];
}
