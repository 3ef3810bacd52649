import { existsSync } from "node:fs";
import { displayPath } from "../../config/index.ts";
import { isWithin, realOf } from "../../lib/files/index.ts";
import { openConfig } from "../config/open.ts";
import type { Session } from "../session.ts";
import type { AssetKind } from "./archive/manifest.ts";

/** Something that is backed up with all that is below it. */
export interface Source {
  readonly kind: AssetKind;
  /** As the program knows it; absolute. */
  readonly path: string;
  /** Where it really is. */
  readonly real: string;
}

/** Something that is not in the archive, and why. */
export interface Skipped {
  readonly kind: AssetKind | "file";
  readonly sourcePath: string;
  readonly displayPath: string;
  readonly reason: string;
  /** The folder it is backed up with, when that is the reason. */
  readonly coveredBy?: string;
}

export interface Selection {
  readonly sources: readonly Source[];
  readonly skipped: readonly Skipped[];
  /** Real folders that are left out of the sources that contain them. */
  readonly excluded: readonly string[];
  readonly workspaces: readonly string[];
}

export interface Choice {
  readonly includeWorkspace: boolean;
  readonly onlyConfig: boolean;
}

interface Candidate {
  readonly kind: AssetKind;
  readonly path: string;
}

/** What a backup of this installation consists of. Looks at the disk, changes nothing. */
export async function selectSources(session: Session, choice: Choice): Promise<Selection> {
  const { paths } = session;
  if (choice.onlyConfig) return assemble(session, [{ kind: "config", path: paths.configPath }], [], []);
  const { workspaces, includes, fault } = await configured(session);
  const outer: Candidate[] = [
    { kind: "state", path: paths.stateDir },
    { kind: "config", path: paths.configPath },
    ...includes.map((path): Candidate => ({ kind: "config", path })),
    { kind: "credentials", path: paths.oauthDir },
  ];
  const spaces = workspaces.map((path): Candidate => ({ kind: "workspace", path }));
  const found = assemble(
    session,
    choice.includeWorkspace ? [...outer, ...spaces] : outer,
    choice.includeWorkspace ? [] : spaces,
    workspaces,
  );
  if (fault === undefined) return found;
  const reason = `the configuration cannot be read, so workspaces outside the state folder are not known: ${fault}`;
  return { ...found, skipped: [...found.skipped, skippedOf(session, "workspace", paths.configPath, reason)] };
}

/** One line of `skipped`. */
export function skippedOf(
  { paths }: Pick<Session, "paths">,
  kind: Skipped["kind"],
  path: string,
  reason: string,
): Skipped {
  return { kind, sourcePath: path, displayPath: displayPath(path, paths.home), reason };
}

async function configured(session: Session) {
  const config = openConfig(session);
  const snapshot = await config.load();
  if (!snapshot.valid) {
    const fault = snapshot.issues[0]?.message ?? "it is not valid";
    return { workspaces: [session.paths.workspaceDir], includes: snapshot.includedPaths, fault };
  }
  const { ConfiguredRoster } = await import("../../agent/index.ts");
  const roster = new ConfiguredRoster({ config: () => config.current.config, paths: session.paths });
  return {
    workspaces: [...new Set(roster.list().map(({ workspace }) => workspace))],
    includes: snapshot.includedPaths,
    fault: undefined,
  };
}

function assemble(
  session: Session,
  wanted: readonly Candidate[],
  unwanted: readonly Candidate[],
  workspaces: readonly string[],
): Selection {
  const excluded = unwanted.map(({ path }) => realOf(path));
  const sources: Source[] = [];
  const skipped: Skipped[] = unwanted
    .filter(({ path }) => existsSync(path))
    .map(({ kind, path }) => skippedOf(session, kind, path, "not asked for"));
  for (const { kind, path } of wanted) {
    const real = realOf(path);
    const cover = sources.find(
      (source) =>
        isWithin(real, source.real) &&
        !excluded.some((left) => isWithin(left, source.real) && isWithin(real, left)),
    );
    if (!existsSync(path)) {
      if (kind !== "credentials" && cover === undefined)
        skipped.push(skippedOf(session, kind, path, "missing"));
    } else if (cover === undefined) sources.push({ kind, path, real });
    else if (kind === "workspace") {
      const coveredBy = displayPath(cover.path, session.paths.home);
      skipped.push({ ...skippedOf(session, kind, path, "covered"), coveredBy });
    }
  }
  return { sources, skipped, excluded, workspaces };
}
