import type { TSchema } from "@sinclair/typebox";
import {
  AgentRuns,
  ChatCommandTable,
  ConfiguredRoster,
  type Models,
  type PromptInput,
  type Prompts,
  type Runs,
  StoredSessions,
  type Tools,
} from "../../../src/agent/index.ts";
import { type OpenClawConfig, openClawRules } from "../../../src/config/index.ts";
import type { BoundMethod, Client } from "../../../src/gateway/method.ts";
import { turnHandlers } from "../../../src/gateway/methods/turns.ts";
import { Metrics } from "../../../src/gateway/state/metrics.ts";
import { AgentDelivery } from "../../../src/gateway/channels/agent-delivery.ts";
import { SystemEvents } from "../../../src/gateway/state/system-events.ts";
import { TurnBroadcast } from "../../../src/gateway/turns/turn-broadcast.ts";
import { Broadcaster, type EventSink } from "../../../src/gateway/wire/broadcast.ts";
import { type Replies, Router } from "../../../src/gateway/wire/router.ts";
import { WriteLimit } from "../../../src/gateway/wire/write-limit.ts";
import { WsLog } from "../../../src/gateway/wire/ws-log.ts";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { type ErrorShape, explain } from "../../../src/protocol/index.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { modelsOf, prompts as plainPrompts, toolsOf } from "../../agent/runs/stand-ins.ts";
import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { type TempHome, tempHome, until } from "../../support/index.ts";
import { aClient } from "../clients.ts";
import { EVENTS_OF_TURNS } from "./events.ts";

export interface EventFrame {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly error?: ErrorShape;
}

/** Says what is added to it. */
const prompts: Prompts = Object.assign(Object.create(plainPrompts), {
  build: async ({ extra = "" }: PromptInput) => ({ text: `You are a test. ${extra}`, sections: [] }),
});

/** A client without a socket: requests go through the real router, events come from the real broadcaster. */
export class Guest implements EventSink {
  readonly events: EventFrame[] = [];
  /** Everything it got, in order: events by name, responses as `res <id>`. */
  readonly order: string[] = [];
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  readonly #early = new Map<string, Answer[]>();
  #seq = 0;
  #lastId = 0;

  constructor(
    readonly client: Client,
    private readonly router: Router,
    /** What does not fit its declaration. */
    private readonly faults: string[],
    private readonly results: ReadonlyMap<string, TSchema>,
  ) {}

  /** The last answer to a request. */
  async ask(method: string, params: unknown = {}): Promise<Answer & { readonly early: readonly Answer[] }> {
    const id = String(++this.#lastId);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    const replies: Replies = {
      ok: (to, payload) => this.#answered(to, method, { ok: true, payload: structuredClone(payload) }),
      fail: (to, error, payload) => this.#answered(to, method, { ok: false, error, payload }),
    };
    const signal = new AbortController().signal;
    this.router.dispatch({ type: "req", id, method, params }, 100, this.client, () => signal, replies);
    const last = await promise;
    return { ...last, early: (this.#early.get(id) ?? []).slice(0, -1) };
  }

  /** The payload of a request that succeeds. */
  async call<T = Record<string, unknown>>(method: string, params: unknown = {}): Promise<T> {
    const { ok, payload, error } = await this.ask(method, params);
    if (!ok) throw new Error(`${method}: ${error?.message}`);
    return payload as T;
  }

  /** The error of a request that fails. */
  async refusal(method: string, params: unknown = {}): Promise<ErrorShape> {
    const { error } = await this.ask(method, params);
    if (!error) throw new Error(`${method} was not refused`);
    return error;
  }

  /** The first event that fits, waiting for it. */
  event(
    name: string,
    fits: (payload: EventFrame["payload"]) => boolean = () => true,
  ): Promise<EventFrame["payload"]> {
    return until(`event ${name}`, () => {
      return this.events.find(({ event, payload }) => event === name && fits(payload))?.payload;
    });
  }

  sendEvent(frame: string): boolean {
    const event: EventFrame = JSON.parse(frame);
    this.#hold(event.event, EVENTS_OF_TURNS.get(event.event)?.payload, event.payload);
    this.events.push(event);
    this.order.push(event.event);
    return true;
  }

  nextSeq(): number {
    return ++this.#seq;
  }

  /** A two-stage request is over when its second answer is there. */
  #answered(id: string, method: string, answer: Answer): void {
    this.order.push(`res ${method}`);
    if (answer.ok) this.#hold(method, this.results.get(method), answer.payload);
    const all = [...(this.#early.get(id) ?? []), answer];
    this.#early.set(id, all);
    const status: unknown = Reflect.get(Object(answer.payload), "status");
    if (!answer.ok || status !== "accepted") this.#waiting.get(id)?.(answer);
  }

  #hold(name: string, schema: TSchema | undefined, value: unknown): void {
    const sent: unknown = JSON.parse(JSON.stringify(value));
    const fault = schema ? explain(schema, sent) : "not declared";
    if (fault !== undefined) this.faults.push(`${name}: ${fault} in ${JSON.stringify(sent).slice(0, 400)}`);
  }
}

export interface HallOptions {
  readonly config?: object;
  readonly models?: (models: Models) => Models;
  readonly tools?: Tools;
  /** As after a start: which model an agent answers with has not been found out yet. */
  readonly modelsAreUnknown?: boolean;
  /** Stands before the real runs. */
  readonly runs?: (runs: AgentRuns) => Runs;
  /** The real one, unless the test moves time itself. */
  readonly clock?: Clock;
}

/**
 * The methods of turns and sessions on real parts: store, sessions, roster, commands, runs, a model over HTTP. At its end
 * it fails when an answer or an event was not as it is declared.
 */
export class Hall implements AsyncDisposable {
  readonly runs: AgentRuns;
  readonly turns: TurnBroadcast;
  readonly systemEvents: SystemEvents;
  readonly methods: readonly BoundMethod[];
  readonly #broadcaster = new Broadcaster(new Metrics());
  readonly #router: Router;
  readonly #faults: string[] = [];
  #guests = 0;

  private constructor(
    readonly store: Store,
    readonly provider: FakeModelProvider,
    private readonly home: TempHome,
    readonly config: OpenClawConfig,
    options: HallOptions,
  ) {
    const clock = options.clock ?? systemClock;
    const ids = randomIds;
    const log = silentLogger;
    const current = (): OpenClawConfig => config;
    const roster = new ConfiguredRoster({
      config: current,
      paths: { home: home.path, stateDir: home.path, workspaceDir: home.at("workspace") },
    });
    const sessions = new StoredSessions({
      store,
      clock,
      ids,
      config: current,
      defaultAgentId: () => roster.defaultId,
      modelOf: () =>
        options.modelsAreUnknown === true
          ? undefined
          : { provider: "mock", model: "mock-1", contextTokens: 32_000 },
    });
    const mocked = modelsOf(provider);
    const models = options.models?.(mocked) ?? mocked;
    const tools = options.tools ?? toolsOf();
    this.turns = new TurnBroadcast({
      publisher: this.#broadcaster,
      clock,
      agent: () => ({ sessions, runs }),
    });
    this.runs = new AgentRuns({
      config: { current: config },
      store,
      sessions,
      models,
      tools,
      prompts,
      roster,
      events: this.turns,
      clock,
      ids,
      logger: log,
    });
    const runs = options.runs?.(this.runs) ?? this.runs;
    const listModels = async () => [await models.info({ provider: "mock", model: "mock-1" })];
    const commands = new ChatCommandTable({
      roster,
      sessions,
      runs,
      models,
      listModels,
      tools,
      prompts,
      usage: store.usage,
      defaults: { setAgentModel: async () => {}, setDefaultModel: async () => {} },
      queue: () => ({ mode: "steer", cap: 20, drop: "summarize", debounceMs: 500 }),
      config: current,
      clock,
      product: "OpenClaw test",
      startedAt: clock.monotonic(),
      systemUptimeMs: () => 0,
    });
    this.systemEvents = new SystemEvents(clock, () => sessions.main(roster.defaultId));
    this.methods = turnHandlers({
      agent: { roster, sessions, runs, models, tools, prompts, commands },
      turns: this.turns,
      store,
      systemEvents: this.systemEvents,
      delivery: nowhereToDeliver(),
      config: current,
      clock,
      ids,
      log,
      listModels,
      path: "/state/openclaw.sqlite",
    });
    this.#router = new Router({
      methods: new Map(this.methods.map((method) => [method.spec.name, method])),
      writeLimit: new WriteLimit(clock),
      metrics: new Metrics(),
      clock,
      log,
      wsLog: new WsLog(log, "auto"),
      strictParams: false,
    });
  }

  static async open(options: HallOptions = {}): Promise<Hall> {
    const verdict = openClawRules.validate(options.config ?? {});
    if (!verdict.ok) throw new Error(JSON.stringify(verdict.issues));
    const home = await tempHome();
    const clock = options.clock ?? systemClock;
    const store = await openStore({ path: home.at("state.sqlite"), clock, log: silentLogger });
    return new Hall(store, await FakeModelProvider.start(), home, verdict.config, options);
  }

  /** One more client; an admin unless told otherwise. */
  enter(changes: Partial<Client> = {}): Guest {
    const client = aClient(`guest-${++this.#guests}`, { scopes: ["operator.admin"], ...changes });
    const results = new Map(this.methods.map(({ spec }) => [spec.name, spec.result]));
    const guest = new Guest(client, this.#router, this.#faults, results);
    this.#broadcaster.add(guest);
    return guest;
  }

  leave(guest: Guest): void {
    this.#broadcaster.remove(guest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runs.stop(0);
    await this.provider.stop();
    await this.store.close();
    await this.home[Symbol.asyncDispose]();
    if (this.#faults.length > 0) throw new Error(`not as declared: ${this.#faults.join("\n")}`);
  }
}

/** A gateway without channels: nothing can be delivered anywhere. */
function nowhereToDeliver(): AgentDelivery {
  return new AgentDelivery({
    accounts: { account: () => undefined, channel: () => undefined, channels: () => [] },
    deliveries: { deliver: () => Promise.reject(new Error("there are no channels")) },
    replies: async () => [],
    lastRoute: async () => undefined,
  });
}
