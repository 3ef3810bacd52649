import { existsSync, lstatSync, readdirSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { isWithin, realOf } from "../../lib/files/index.ts";
import type { Session } from "../session.ts";
import { CliError } from "../errors.ts";
import type { ArchiveContents } from "./archive/reader.ts";
import type { ManifestAsset } from "./archive/manifest.ts";
import { besideOf } from "./archive/names.ts";
import { selectSources } from "./sources.ts";

/** One thing of a backup that goes to its place. */
export interface Placement {
  readonly kind: string;
  /** In the archive. */
  readonly from: string;
  /** Its place; a real path. */
  readonly to: string;
  /** Beside its place: where it is unpacked first. */
  readonly staged: string;
  /** Where goes what is in its place now; undefined when nothing is, or nothing worth keeping. */
  readonly aside: string | undefined;
  readonly isFolder: boolean;
}

/** Something that stays: it is not in the backup, and lies in a folder that is replaced. */
export interface Carried {
  /** Where it will be found after the folder was replaced. */
  readonly from: string;
  readonly to: string;
}

export interface RestorePlan {
  readonly places: readonly Placement[];
  readonly carried: readonly Carried[];
  /** What the backup has, and what is not put anywhere. */
  readonly left: readonly { readonly kind: string; readonly path: string; readonly reason: string }[];
}

/** Says where everything of a backup would go here. Changes nothing. @throws CliError */
export async function planInPlace(session: Session, contents: ArchiveContents): Promise<RestorePlan> {
  const { manifest } = contents;
  if (manifest.files === undefined) {
    throw new CliError(
      `This backup was made by the earlier OpenClaw (${manifest.runtimeVersion}), whose state has another form: it cannot take the place of this one.`,
      {
        hint: "Unpack it (openclaw backup restore <archive> --target <folder>), then take over its conversations: openclaw sessions import <folder>",
      },
    );
  }
  const now = await selectSources(session, { includeWorkspace: true, onlyConfig: false });
  const ours = new Set([...now.workspaces, ...now.sources.map(({ path }) => path)].map(realOf));
  const at = session.clock.now();
  const places: Placement[] = [];
  const left: { kind: string; path: string; reason: string }[] = [];
  for (const asset of manifest.assets) {
    const to = placeOf(session, asset, contents);
    const reason = mayReplace(to, asset, ours, session);
    if (reason === undefined) places.push(placement(asset, to, contents, at));
    else left.push({ kind: asset.kind, path: to, reason });
  }
  const state = places.find(({ kind }) => kind === "state");
  const carried =
    state?.aside === undefined || manifest.options.includeWorkspace
      ? []
      : carriedIn(state, state.aside, now.workspaces);
  return { places, carried, left };
}

function placeOf(
  { paths }: Session,
  { kind, sourcePath }: ManifestAsset,
  { manifest }: ArchiveContents,
): string {
  if (kind === "state") return realOf(paths.stateDir);
  if (kind === "config" && sourcePath === manifest.paths.configPath) return realOf(paths.configPath);
  if (kind === "credentials") return realOf(paths.oauthDir);
  return realOf(sourcePath);
}

/** Folders of a home whose programs are found by their name, or started at a login. */
const RUN_FROM: readonly string[] = ["bin", "sbin", "go", "library", "appdata", "applications"];

/** Why a place is not written to; undefined when it may be. Paths in an archive are somebody's word. */
function mayReplace(
  to: string,
  { kind, sourcePath }: ManifestAsset,
  ours: ReadonlySet<string>,
  { paths }: Session,
): string | undefined {
  if (kind === "state" || kind === "credentials" || ours.has(to) || to === realOf(paths.configPath))
    return undefined;
  const way = relative(realOf(paths.home), to);
  const parts = way.split(sep);
  const isRun = RUN_FROM.includes(parts[0]?.toLowerCase() ?? "");
  if (way === "" || isAbsolute(way) || isRun || parts.some((part) => part.startsWith("."))) {
    return "its place is not one that a backup may write to";
  }
  const stat = lstatSync(sourcePath, { throwIfNoEntry: false });
  if (stat === undefined || (stat.isDirectory() && readdirSync(sourcePath).length === 0)) return undefined;
  return "something else is there, which this configuration does not name";
}

function placement(asset: ManifestAsset, to: string, { folders }: ArchiveContents, at: number): Placement {
  const isFolder = folders.has(asset.archivePath);
  const beside = (word: string) => besideOf(to, word, at);
  const worth = existsSync(to) && !(isFolder && isBare(to));
  return {
    kind: asset.kind,
    from: asset.archivePath,
    to,
    staged: beside("restoring"),
    aside: worth ? beside("before-restore") : undefined,
    isFolder,
  };
}

/** Whether a folder holds nothing but what locking it makes. */
function isBare(folder: string): boolean {
  return readdirSync(folder).every((name) => name === "tmp");
}

function carriedIn(
  { to, from: _, ...state }: Placement,
  aside: string,
  workspaces: readonly string[],
): Carried[] {
  return workspaces
    .map(realOf)
    .filter((path) => state.isFolder && path !== to && isWithin(path, to) && existsSync(path))
    .map((path) => ({ from: join(aside, relative(to, path)), to: path }));
}
