import { existsSync, lstatSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { displayPath, isObject, valueAt } from "../../../config/index.ts";
import { openConfig } from "../../config/open.ts";
import type { Session } from "../../session.ts";
import { bytes, plural } from "../../words.ts";
import { sessionOn, type StatePlaces, statePlaces } from "./legacy-state.ts";
import { type OldSource, PEER_FOLDER, untaken } from "./sources.ts";
import type { PlannedStep, TakeOver } from "./step.ts";
import { isFolder, missingIn, namesIn, sizeOfTree } from "./tree.ts";

/** What a migration would do; nothing of it is done. */
export interface MigrationPlan {
  /** Where the state is now, and where it will be. */
  readonly from: string;
  readonly to: string;
  readonly steps: readonly PlannedStep[];
  /** What is not put together with the rest, and why; for people. */
  readonly left: readonly string[];
}

/** Databases of SQLite are up to three files. */
const DATABASE_FILES = ["", "-wal", "-shm"] as const;

/** Works out what is left to do for the state of this session; `undefined` when there is nothing. Only looks. */
export async function planMigration(session: Session): Promise<MigrationPlan | undefined> {
  const places = statePlaces(session);
  const from = places.from ?? session.paths.stateDir;
  const to = places.from === undefined ? from : places.to;
  if (!existsSync(from)) return undefined;
  const draft: Draft = {
    steps: [],
    left: [],
    from,
    to,
    shown: (path) => displayPath(path, session.paths.home),
  };
  if (places.from !== undefined) planFolder(draft);
  planConfig(draft, places);
  if (places.from !== undefined || places.config !== undefined) planWorkspace(draft, places, session);
  await planDatabase(draft);
  planSources(draft);
  const { steps, left } = draft;
  return steps.length === 0 ? undefined : { from, to, steps, left };
}

/** Below a state folder, what the program needs for itself while it runs. */
const PASSING: readonly string[] = ["tmp", "migration"];

interface Draft {
  readonly steps: PlannedStep[];
  readonly left: string[];
  readonly from: string;
  readonly to: string;
  readonly shown: (path: string) => string;
}

/** The whole folder by one rename; into one that is there, what it lacks. */
function planFolder({ steps, left, from, to, shown }: Draft): void {
  if (!existsSync(to)) {
    steps.push({
      step: { kind: "move", from, to },
      title: `Move ${shown(from)} to ${shown(to)} (${sizeText(from)})`,
      why: "the state folder of this version; nothing is copied, modes and times stay",
    });
  } else {
    const { moves, kept } = missingIn(from, to, PASSING);
    for (const move of moves) {
      steps.push({
        step: { kind: "move", ...move },
        title: `Move ${shown(move.from)} to ${shown(move.to)} (${sizeText(move.from)})`,
        why: `${shown(to)} does not have it`,
      });
    }
    const rest = join(to, "migration", basename(from).slice(1));
    for (const path of kept)
      left.push(`${shown(path)}: ${shown(to)} has its own; this one is kept in ${shown(rest)}`);
    steps.push({
      step: { kind: "move", from, to: rest },
      title: `Put what is left of ${shown(from)} into ${shown(rest)}`,
      why: "the link takes its place",
    });
  }
  steps.push({
    step: { kind: "link", path: from, to },
    title: `Leave a link at ${shown(from)}`,
    why: "settings and programs that name the old place still find it",
  });
}

function planConfig({ steps, from, to, shown }: Draft, { config }: StatePlaces): void {
  if (config === undefined) return;
  const { name } = config;
  for (const file of namesIn(dirname(config.from)).filter((one) => one === name || isRelated(one, name))) {
    const target = join(to, `openclaw.json${file.slice(name.length)}`);
    if (existsSync(join(from, basename(target)))) continue;
    steps.push({
      step: { kind: "move", from: join(to, file), to: target },
      title: `Rename ${shown(join(to, file))} to ${basename(target)}`,
      why: file === name ? "the configuration of this version" : "a copy of it",
    });
  }
}

/** Copies that earlier versions kept beside the configuration. */
function isRelated(file: string, name: string): boolean {
  return /^\.(?:bak(?:\.\d)?|last-good)$/.test(file.slice(name.length)) && file.startsWith(name);
}

/** The workspace of earlier versions stood beside the state folder; it stays there, and the configuration says so. */
function planWorkspace({ steps, from, to, shown }: Draft, places: StatePlaces, session: Session): void {
  const { workspace } = places;
  if (workspace === undefined || session.env.workspaceDir !== undefined) return;
  const snapshot = openConfig(places.from === undefined ? session : sessionIn(session, places)).peek();
  const named = valueAt(snapshot.resolved, ["agents", "defaults", "workspace"]);
  if (!snapshot.readable || named !== undefined || existsSync(join(from, "workspace"))) return;
  if (!isObject(snapshot.sourceConfig) || snapshot.includes.length > 0) return;
  steps.push({
    step: {
      kind: "settings",
      path: session.env.configPath ?? join(to, "openclaw.json"),
      set: [{ path: ["agents", "defaults", "workspace"], value: shown(workspace) }],
    },
    title: `Set agents.defaults.workspace to ${shown(workspace)}`,
    why: "the agent's files stay where they are",
  });
}

/** The session that sees the configuration of the folder that is taken over. */
function sessionIn(session: Session, { from, config }: StatePlaces): Session {
  const seen = sessionOn(session, from ?? session.paths.stateDir);
  return config === undefined ? seen : { ...seen, paths: { ...seen.paths, configPath: config.from } };
}

/** The Node gateway keeps another database under the name of ours. */
async function planDatabase({ steps, from, to, shown }: Draft): Promise<void> {
  const { isPeerDatabase } = await import("../../../store/index.ts");
  const file = join("state", "openclaw.sqlite");
  if (!isPeerDatabase(join(from, file))) return;
  const aside = join(to, PEER_FOLDER);
  if (!isFolder(join(from, PEER_FOLDER))) {
    steps.push({
      step: { kind: "folder", path: aside },
      title: `Make ${shown(aside)}`,
      why: "for the database of the Node gateway",
    });
  }
  for (const ending of DATABASE_FILES.filter((one) => existsSync(join(from, `${file}${one}`)))) {
    const place = join(to, `${file}${ending}`);
    steps.push({
      step: { kind: "move", from: place, to: join(aside, basename(place)) },
      title: `Move ${shown(place)} to ${shown(aside)} (${sizeText(join(from, `${file}${ending}`))})`,
      why: "the database of the Node gateway is in the place of this version's",
    });
  }
  // What lies in it is taken over from its new place, which nobody has looked at yet.
  const place = join(PEER_FOLDER, "openclaw.sqlite");
  steps.push(
    ...["models", "pairing"].map((what) =>
      takeOver(what === "models" ? "models" : "pairing", place, to, shown),
    ),
  );
}

function planSources({ steps, from, to, shown }: Draft): void {
  for (const { what, place } of untaken(from))
    steps.push(takeOver(what, place, to, shown, sizeText(join(from, place))));
}

const WORDS: Readonly<Record<TakeOver, readonly [what: string, why: string]>> = {
  sessions: ["the conversations", "sessions are kept in the state database"],
  models: ["the credentials of models", "they are kept in the state database"],
  pairing: ["who was let in to chats", "it is kept in the state database"],
};

function takeOver(
  what: TakeOver,
  place: OldSource["place"],
  to: string,
  shown: (path: string) => string,
  size?: string,
): PlannedStep {
  const [words, why] = WORDS[what];
  const from = join(to, place);
  return {
    step: { kind: "take-over", what, from },
    title: `Take over ${words} in ${shown(from)}${size === undefined ? "" : ` (${size})`}`,
    why: `${why}; the source stays as it is`,
  };
}

function sizeText(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) return bytes(statSync(path).size);
  const { files, bytes: size, more } = sizeOfTree(path);
  return `${more ? "more than " : ""}${plural(files, "file")}, ${bytes(size)}`;
}
