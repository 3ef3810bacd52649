import { readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { isObject } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { openRoster } from "../../agents/roster.ts";
import type { Session } from "../../session.ts";
import { plural } from "../../words.ts";
import { credentialsIn } from "./credentials.ts";
import { noteTaken, oldSources } from "./sources.ts";
import type { Step } from "./step.ts";

const loadStore = () => import("../../../store/index.ts");

type Store = Awaited<ReturnType<Awaited<ReturnType<typeof loadStore>>["openStore"]>>;

/** What reading sources needs; `session` sees the state folder that the store belongs to. */
export interface TakeOverDeps {
  readonly session: Session;
  readonly store: Store;
  readonly clock: Clock;
}

/** What came of it, for people. */
export interface TakenOver {
  readonly done: string;
  /** What could not be read, and why. */
  readonly problems: readonly string[];
}

/** Reads one source into the store and notes that it was read. A repeat changes nothing. */
export async function takeOver(
  step: Extract<Step, { readonly kind: "take-over" }>,
  deps: TakeOverDeps,
): Promise<TakenOver> {
  const taken = await WAYS[step.what](step.from, deps);
  const { stateDir } = deps.session.paths;
  const place = relative(stateDir, step.from);
  noteTaken(
    stateDir,
    oldSources(stateDir).filter((source) => source.what === step.what && source.place === place),
  );
  return taken;
}

type Way = (from: string, deps: TakeOverDeps) => Promise<TakenOver>;

const sessions: Way = async (from, { session, store, clock }) => {
  const { SessionImport } = await import("../../../agent/index.ts");
  const owner = await defaultAgent(session);
  const source = new SessionImport({
    store,
    clock,
    tmpDir: session.paths.tmpDir,
    defaultAgentId: () => owner,
  });
  const { sessions: count, transcripts, problems } = await source.run(from);
  return { done: `${plural(count, "session")}, ${plural(transcripts, "transcript")}`, problems };
};

const models: Way = async (from, { session, store, clock }) => {
  const { canonicalProvider } = await import("../../../agent/index.ts");
  const values = from.endsWith(".sqlite") ? (await accountsIn(from, session)).authStores : [readJson(from)];
  let count = 0;
  const problems: string[] = [];
  for (const value of values) {
    const { profiles, left } = credentialsIn(value, clock.now());
    problems.push(...left.map((id) => `${id} in ${basename(from)} has no secret of its own; sign in again`));
    for (const profile of profiles) {
      if ((await store.authProfiles.get(profile.id)) !== undefined) continue;
      await store.authProfiles.put({ ...profile, provider: canonicalProvider(profile.provider) });
      count += 1;
    }
  }
  return { done: plural(count, "credential"), problems };
};

const pairing: Way = async (from, { session, store }) => {
  const allowed = from.endsWith(".sqlite") ? (await accountsIn(from, session)).allowed : allowedIn(from);
  let count = 0;
  const problems: string[] = [];
  for (const { channel, accountId, entry } of allowed) {
    const senderId = entry.replace(new RegExp(`^(?:${channel}|tg):`, "i"), "").trim();
    if (senderId === "" || senderId === "*" || senderId.startsWith("@")) {
      problems.push(`"${entry}" in ${basename(from)} names nobody by a stable id`);
    } else if (!(await store.channelPairing.isAllowed(channel, accountId, senderId))) {
      await store.channelPairing.allow(channel, accountId, senderId);
      count += 1;
    }
  }
  return { done: `${plural(count, "sender")} let in`, problems };
};

const WAYS = { sessions, models, pairing } as const;

/** Senders in a file of an earlier version, whose name says the channel and the account. */
function allowedIn(path: string): { channel: string; accountId: string; entry: string }[] {
  const [, channel, accountId = "default"] =
    /^([a-z]+)(?:-(.+))?-allowFrom\.json$/.exec(basename(path)) ?? [];
  const value = readJson(path);
  const entries = isObject(value) ? value["allowFrom"] : value;
  if (channel === undefined || !Array.isArray(entries)) return [];
  return entries
    .filter((entry) => typeof entry === "string" || typeof entry === "number")
    .map((entry) => ({ channel, accountId, entry: String(entry) }));
}

async function accountsIn(path: string, { paths }: Session) {
  const { readPeerAccounts } = await loadStore();
  return readPeerAccounts(path, paths.tmpDir);
}

function readJson(path: string): unknown {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  return value;
}

/** Whose sessions those without an agent are; a configuration that cannot be used names nobody. */
async function defaultAgent(session: Session): Promise<string> {
  try {
    return (await openRoster(session)).roster.defaultId;
  } catch {
    const { SOLE_AGENT_ID } = await import("../../../agent/index.ts");
    return SOLE_AGENT_ID;
  }
}
