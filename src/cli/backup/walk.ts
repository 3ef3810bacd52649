import type { Dirent } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { staysInside } from "./archive/manifest.ts";
import type { Source } from "./sources.ts";

/** Something met on the way through a source; `way` is relative to it, with `/`, and empty for the source itself. */
export type Met =
  | { readonly kind: "file" | "folder"; readonly path: string; readonly way: string }
  | { readonly kind: "link"; readonly path: string; readonly way: string; readonly target: string }
  /** `volatile` things are made anew by the gateway, and nobody misses them. */
  | { readonly kind: "left-out"; readonly path: string; readonly reason: string; readonly volatile: boolean };

export interface WalkRules {
  /** Real folders that are not entered: other sources, and what was not asked for. */
  readonly stops: ReadonlySet<string>;
  /** The state folder (real), whose passing things are left out. */
  readonly stateDir: string;
  /** The state database (real), which is copied by itself. */
  readonly dbPath: string;
}

/** Names of the state folder that say nothing about tomorrow. */
const PASSING: ReadonlySet<string> = new Set(["tmp", "logs", "cache"]);

/** Everything in a source, parents first, in the order of names. Links are never followed. */
export async function* walk(source: Source, rules: WalkRules): AsyncGenerator<Met> {
  const stat = await lstat(source.real);
  if (stat.isFile()) yield { kind: "file", path: source.real, way: "" };
  else if (stat.isDirectory()) yield* walkFolder(source.real, "", rules);
  else yield { kind: "left-out", path: source.real, reason: "no file and no folder", volatile: false };
}

async function* walkFolder(folder: string, way: string, rules: WalkRules): AsyncGenerator<Met> {
  yield { kind: "folder", path: folder, way };
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    yield { kind: "left-out", path: folder, reason: reasonOf(error), volatile: false };
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const inner = way === "" ? entry.name : `${way}/${entry.name}`;
    const passing = passingReason(path, folder, entry, rules);
    if (rules.stops.has(path)) continue;
    if (passing !== undefined) yield { kind: "left-out", path, ...passing };
    else if (entry.name.includes("\\")) {
      yield { kind: "left-out", path, reason: "its name holds a backslash", volatile: false };
    } else if (entry.isDirectory()) yield* walkFolder(path, inner, rules);
    else if (entry.isFile()) yield { kind: "file", path, way: inner };
    else if (entry.isSymbolicLink()) yield await linkAt(path, inner);
    else yield { kind: "left-out", path, reason: "a socket, pipe or device", volatile: false };
  }
}

function passingReason(path: string, folder: string, entry: Dirent, { stateDir, dbPath }: WalkRules) {
  if (folder === stateDir && PASSING.has(entry.name))
    return { reason: "made anew when needed", volatile: true };
  if (path.startsWith(dbPath) && path !== dbPath) {
    return { reason: "journal or older copy of the state database", volatile: true };
  }
  if (path === dbPath) return { reason: "copied by itself", volatile: true };
  if (folder === stateDir && entry.name.endsWith(".lock")) return { reason: "a lock", volatile: true };
  return undefined;
}

async function linkAt(path: string, way: string): Promise<Met> {
  try {
    const target = (await readlink(path)).replaceAll("\\", "/");
    if (staysInside(way, target)) return { kind: "link", path, way, target };
    return { kind: "left-out", path, reason: `a link out of the folder, to ${target}`, volatile: false };
  } catch (error) {
    return { kind: "left-out", path, reason: reasonOf(error), volatile: false };
  }
}

/** Why something could not be read, in a few words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "vanished while it was read";
  if (code === "EACCES" || code === "EPERM") return "may not be read";
  return error instanceof Error ? error.message : String(error);
}
