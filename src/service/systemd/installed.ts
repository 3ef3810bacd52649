import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { accountHome } from "../identity.ts";
import type { ServiceMachine } from "../machine.ts";
import { readSecretsFile } from "../secrets-file.ts";
import type { InstalledCommand } from "../service.ts";
import { type Directive, parseUnit, valueOf, valuesOf } from "./syntax.ts";
import { expandSpecifiers, splitWords } from "./words.ts";

/** A unit as systemd sees it: the file, and what drop-ins add or put in its place. */
export interface InstalledUnit {
  readonly path: string;
  /** The file alone: the part that is ours to write. */
  readonly base: readonly Directive[];
  /** With the drop-ins. */
  readonly directives: readonly Directive[];
  readonly dropIns: readonly DropIn[];
}

export interface DropIn {
  readonly path: string;
  readonly directives: readonly Directive[];
}

/** Reads a unit with its drop-ins; `undefined` when there is no file, or it cannot be read. */
export function readUnit(path: string, otherDirs: readonly string[]): InstalledUnit | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const base = parseUnit(text);
  const dropIns = dropInPaths(path, otherDirs).map((file) => ({
    path: file,
    directives: parseUnit(readText(file) ?? ""),
  }));
  return { path, base, dropIns, directives: [...base, ...dropIns.flatMap(({ directives }) => directives)] };
}

/** What a unit runs, and with which variables. */
export function commandOf(
  { directives, path }: InstalledUnit,
  { env }: Pick<ServiceMachine, "env">,
): InstalledCommand {
  const home = accountHome(env);
  const words = (value: string) => splitWords(expandSpecifiers(value, home));
  const environment: Record<string, string> = {};
  const sources: Record<string, "inline" | "file"> = {};
  const take = (values: Readonly<Record<string, string>>, source: "inline" | "file") => {
    for (const [name, value] of Object.entries(values)) {
      environment[name] = value;
      sources[name] = source;
    }
  };
  for (const assignment of valuesOf(directives, "Service", "Environment").flatMap(words)) {
    const at = assignment.indexOf("=");
    if (at > 0) take({ [assignment.slice(0, at)]: assignment.slice(at + 1) }, "inline");
  }
  for (const value of valuesOf(directives, "Service", "EnvironmentFile")) {
    const file = expandSpecifiers(value.replace(/^-/, ""), home).replaceAll(/\\([[\]*?\\])/g, "$1");
    take(readSecretsFile(file), "file");
  }
  const directory = valueOf(directives, "Service", "WorkingDirectory")?.replace(/^-/, "");
  return {
    programArguments: programArguments(words(valueOf(directives, "Service", "ExecStart") ?? "")),
    workingDirectory:
      directory === undefined ? undefined : expandSpecifiers(directory, home).replace(/^~$/, home),
    environment,
    environmentValueSources: sources,
    sourcePath: path,
  };
}

/** `@` puts another name before the arguments, the other signs say with which rights; `$$` stands for a dollar. */
function programArguments(words: readonly string[]): string[] {
  const [first = "", ...rest] = words;
  const [, signs = "", program = ""] = /^([@:+!|-]*)(.*)$/s.exec(first) ?? [];
  const args = signs.includes("@") ? rest.slice(1) : rest;
  const literal = signs.includes(":");
  const all = [program, ...(literal ? args : args.map((arg) => arg.replaceAll("$$", "$")))];
  return program === "" ? [] : all;
}

/** In the order in which systemd reads them: by name, wherever they are; a name counts once. */
function dropInPaths(path: string, otherDirs: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const dir of [dirname(path), ...otherDirs]) {
    const folder = join(dir, `${basename(path)}.d`);
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      if (name.endsWith(".conf") && !byName.has(name)) byName.set(name, join(folder, name));
    }
  }
  return [...byName.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Absent, or not for us to read: both mean that nothing is known of it.
    return undefined;
  }
}
