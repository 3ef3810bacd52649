import { lstatSync } from "node:fs";
import { dirname, sep } from "node:path";
import {
  type ConfigPath,
  editedPaths,
  rewriteJson5,
  startsWithPath,
  valueAt,
  withoutValue,
  withValue,
} from "../document/index.ts";
import { formatPath } from "../key-path.ts";
import { ConfigError } from "../errors.ts";
import type { IncludeSite } from "../load/index.ts";
import type { ConfigSnapshot } from "../snapshot.ts";

/** One file to write, and whether its comments were kept. */
export interface PlannedWrite {
  readonly file: string;
  readonly text: string;
  readonly commentsKept: boolean;
}

/**
 * Finds the one file that owns every changed key and its new text. The config file owns what no include owns; a
 * plain include (one file, nothing beside it, inside the config folder) owns what it brings in. A write of the config
 * file also notes `version` as the last writer. Throws `ConfigError` `include-owner` for everything that would have
 * to be guessed.
 */
export function planWrite(snapshot: ConfigSnapshot<unknown>, target: unknown, version: string): PlannedWrite {
  const owners = new Map<string, IncludeSite | undefined>();
  const changes = editedPaths(snapshot.sourceConfig, target);
  for (const path of changes) {
    const site = ownerOf(snapshot, path);
    owners.set(site?.files[0] ?? snapshot.path, site);
  }
  if (owners.size > 1) {
    throw refused(
      `the change touches several files (${[...owners.keys()].join(", ")}); write them one by one`,
    );
  }
  const [site] = owners.values();
  if (site !== undefined) return writeInclude(snapshot, site, target);
  const next = snapshot.includes.length === 0 ? target : rootTarget(snapshot.parsed, changes, target);
  const noted = snapshot.includes.some((include) => startsWithPath(WRITER, include.path))
    ? next
    : withValue(next, WRITER, version);
  const { text, kept } = rewriteJson5(snapshot.raw ?? "{}\n", noted);
  return { file: snapshot.path, text, commentsKept: kept };
}

/** Where the version of the last writer is noted. */
export const WRITER: ConfigPath = ["meta", "lastTouchedVersion"];

function rootTarget(parsed: unknown, changes: readonly ConfigPath[], target: unknown): unknown {
  let next = parsed;
  for (const path of changes) {
    const value = valueAt(target, path);
    next = value === undefined ? (withoutValue(next, path) ?? next) : withValue(next, path, value);
  }
  return next;
}

function ownerOf(snapshot: ConfigSnapshot<unknown>, path: ConfigPath): IncludeSite | undefined {
  const covering = snapshot.includes.filter((site) => startsWithPath(path, site.path));
  const below = snapshot.includes.find((site) => !covering.includes(site) && startsWithPath(site.path, path));
  if (below !== undefined) {
    throw refused(
      `${formatPath(path)} contains an $include at ${formatPath(below.path)}; edit ${below.from} by hand`,
    );
  }
  const deepest = covering.reduce<IncludeSite | undefined>(
    (best, site) => (best === undefined || site.path.length > best.path.length ? site : best),
    undefined,
  );
  if (deepest === undefined) return undefined;
  const where = formatPath(deepest.path) || "<root>";
  const files = deepest.files.join(", ");
  if (deepest.path.length === 0)
    throw refused(`the whole config is an $include of ${files}; edit that file by hand`);
  if (covering.some((site) => !site.single || site.siblings)) {
    throw refused(
      `${where} is merged from ${files} and other keys; edit the file that should change by hand`,
    );
  }
  if (deepest.path.some((part) => typeof part === "number")) {
    throw refused(`${where} is a list entry included from ${files}; edit that file by hand`);
  }
  if (covering.filter((site) => site.path.length === deepest.path.length).length > 1) {
    throw refused(`${where} goes through several files; edit ${files} by hand`);
  }
  const [file] = deepest.files;
  const users = snapshot.includes.filter((site) => file !== undefined && site.files.includes(file));
  if (users.length > 1) throw refused(`${file} is included at several places; edit it by hand`);
  if (snapshot.includes.some((site) => site.from === file)) {
    throw refused(`${file} has an $include of its own; edit it by hand`);
  }
  if (file !== undefined && !file.startsWith(dirname(snapshot.path) + sep)) {
    throw refused(`${file} lies outside the config folder and is only read; edit it by hand`);
  }
  return deepest;
}

function writeInclude(snapshot: ConfigSnapshot<unknown>, site: IncludeSite, target: unknown): PlannedWrite {
  const [file] = site.files;
  const text = file === undefined ? undefined : snapshot.includedTexts.get(file);
  const value = valueAt(target, site.path);
  if (file === undefined || text === undefined || value === undefined) {
    throw refused(`${formatPath(site.path)} is an $include; remove the directive from ${site.from} by hand`);
  }
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw refused(`${file} is a symlink and is not written through; edit the file it points to by hand`);
  }
  const rewritten = rewriteJson5(text, value);
  return { file, text: rewritten.text, commentsKept: rewritten.kept };
}

function refused(reason: string): ConfigError {
  return new ConfigError("include-owner", `config write refused: ${reason}`);
}
