import {
  type AssistantMessage,
  type AssistantMessageEvent,
  normalizeContext,
  type SimpleStreamOptions,
  type Tool,
} from "@earendil-works/pi-ai";
import {
  type ModelFailure,
  type ModelPlan,
  ModelRoom,
  type ModelRoomDeps,
} from "../../../src/agent/index.ts";
import { type OpenClawConfig, validateConfig } from "../../../src/config/index.ts";
import type { Clock } from "../../../src/lib/clock.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { Egress } from "../../../src/lib/egress/index.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { ManualClock } from "../../support/index.ts";
import { tempDir } from "../../store/temp.ts";

/** A configuration as the gateway would have it from a file with this in it. */
export function configOf(value: unknown): OpenClawConfig {
  const checked = validateConfig(value);
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.config;
}

export interface RoomOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly deps?: Partial<ModelRoomDeps>;
}

/** The models of a gateway on a real store. */
export interface TestRoom extends AsyncDisposable {
  readonly models: ModelRoom;
  readonly store: Store;
  config: OpenClawConfig;
  /** The models of the next gateway on the same store; to be closed with this one. */
  reborn(): TestRoom;
}

export async function openRoom(config: unknown, options: RoomOptions = {}): Promise<TestRoom> {
  const dir = tempDir();
  const clock = options.clock ?? systemClock;
  const store = await openStore({ path: dir.file("store.sqlite"), clock, log: silentLogger });
  const close = async () => {
    await store.close();
    dir[Symbol.dispose]();
  };
  return roomOn(store, configOf(config), options, close);
}

function roomOn(
  store: Store,
  config: OpenClawConfig,
  options: RoomOptions,
  close: () => Promise<void>,
): TestRoom {
  const clock = options.clock ?? systemClock;
  const variables = options.variables ?? {};
  const room: TestRoom = {
    config,
    store,
    reborn: () => roomOn(store, room.config, options, close),
    models: new ModelRoom({
      config: () => room.config,
      variables: () => variables,
      store,
      egress: new Egress({ clock: systemClock }),
      clock,
      log: silentLogger,
      random: () => 0.5,
      guide: {
        version: "2026.11.1",
        startedAt: clock.now(),
        address: () => "http://127.0.0.1:18789",
        timeZone: () => "UTC",
        configPath: "~/.openclaw/openclaw.json",
      },
      ...options.deps,
    }),
    [Symbol.asyncDispose]: close,
  };
  return room;
}

export interface Change {
  readonly from: string;
  readonly to: string;
  readonly failure: ModelFailure;
  readonly retryInMs?: number;
}

/** All that happened in one call. */
export interface Heard {
  readonly events: readonly AssistantMessageEvent[];
  readonly message: AssistantMessage;
  readonly text: string;
  readonly failure: ModelFailure | undefined;
  /** Models asked, in order, with the credential. */
  readonly attempts: readonly string[];
  readonly changes: readonly Change[];
}

export interface AskOptions {
  readonly plan?: ModelPlan;
  readonly options?: SimpleStreamOptions;
  readonly tools?: Tool[];
  readonly onEvent?: (event: AssistantMessageEvent) => void;
  /** Moved on by every pause between attempts. */
  readonly clock?: ManualClock;
  readonly history?: Parameters<typeof normalizeContext>[0]["messages"];
}

const refOf = ({ provider, model }: { provider: string; model: string }) => `${provider}/${model}`;

/** One call with the plan of the configuration, unless another is given. */
export async function ask({ models }: TestRoom, said: string, how: AskOptions = {}): Promise<Heard> {
  const attempts: string[] = [];
  const changes: Change[] = [];
  const plan = how.plan ?? (await models.plan({ agentId: "main", entry: undefined }));
  const stream = models.stream({
    plan,
    agentId: "main",
    context: normalizeContext({
      systemPrompt: "Be brief.",
      messages: how.history ?? [{ role: "user", content: said, timestamp: 0 }],
      ...(how.tools && { tools: how.tools }),
    }),
    options: how.options ?? {},
    watcher: {
      attempt: (ref, _, profileId) => void attempts.push(`${refOf(ref)} ${profileId}`),
      failedOver: ({ from, to, failure, retryInMs }) => {
        changes.push({
          from: refOf(from),
          to: refOf(to),
          failure,
          ...(retryInMs !== undefined && { retryInMs }),
        });
        if (retryInMs !== undefined) queueMicrotask(() => how.clock?.advance(retryInMs));
      },
    },
  });
  const events: AssistantMessageEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    how.onEvent?.(event);
  }
  const message = await stream.result();
  const text = message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
  return {
    events,
    message,
    text,
    failure: message.stopReason === "error" ? models.failureOf(message) : undefined,
    attempts,
    changes,
  };
}
