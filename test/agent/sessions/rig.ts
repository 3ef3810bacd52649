import type { Sender } from "../../../src/agent/index.ts";
import { type RowModel, StoredSessions } from "../../../src/agent/sessions/index.ts";
import { type OpenClawConfig, openClawRules } from "../../../src/config/index.ts";
import { sequentialIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { openStore, type Store, type TranscriptEvent } from "../../../src/store/index.ts";
import { ManualClock, tempHome } from "../../support/index.ts";

export const OWNER: Sender = {
  id: "gateway-owner",
  isOwner: true,
  isAuthorized: true,
  isAdmin: true,
  channel: "webchat",
};

export interface Rig extends AsyncDisposable {
  readonly sessions: StoredSessions;
  readonly store: Store;
  readonly clock: ManualClock;
  /** A folder for other files. */
  readonly dir: string;
  config: OpenClawConfig;
  model: RowModel | undefined;
  /** Opens the session of a key as a message does. */
  enter(
    key: SessionKey,
    options?: { internal?: boolean; channel?: string; sender?: Sender },
  ): ReturnType<StoredSessions["enter"]>;
  /** Appends events to the present transcript of a key. */
  say(key: SessionKey, ...events: TranscriptEvent[]): Promise<void>;
}

/** The configuration that a file with these sections makes. */
export function configOf(sections: object): OpenClawConfig {
  const { ok, config, issues } = openClawRules.validate(sections);
  if (!ok) throw new Error(JSON.stringify(issues));
  return config;
}

/** Sessions on a real store in a folder of their own. */
export async function rig(sections: object = {}): Promise<Rig> {
  const home = await tempHome();
  const clock = new ManualClock(new Date(2026, 5, 15, 12).getTime());
  const store = await openStore({ path: home.at("state.sqlite"), clock, log: silentLogger });
  const made: Rig = {
    store,
    clock,
    dir: home.path,
    config: configOf(sections),
    model: { provider: "p", model: "m", contextTokens: 32_000 },
    sessions: new StoredSessions({
      store,
      clock,
      ids: sequentialIds(),
      config: () => made.config,
      defaultAgentId: () => "main",
      modelOf: () => made.model,
    }),
    enter: (key, { internal, channel, sender = OWNER } = {}) =>
      made.sessions.enter({
        key,
        agentId: made.sessions.agentOf(key),
        createdVia: "chat.send",
        sender,
        ...(internal !== undefined && { internal }),
        ...(channel !== undefined && { route: { channel, to: "7" } }),
      }),
    async say(key, ...events) {
      const record = await store.sessions.get(key);
      if (record === undefined) throw new Error(`no session ${key}`);
      await store.transcripts.append({ key, sessionId: record.sessionId, events });
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await home[Symbol.asyncDispose]();
    },
  };
  return made;
}
