import { Inbound } from "../../../src/channels/inbound/index.ts";
import type {
  ChannelAccount,
  InboundEvent,
  InboundMessage,
  OutboundMessage,
} from "../../../src/channels/index.ts";
import type { OpenClawConfig } from "../../../src/config/index.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { type InboxRepository, openStore, type Store } from "../../../src/store/index.ts";
import { ManualClock, type TempHome, tempHome, until } from "../../support/index.ts";
import {
  accountOf,
  chatter,
  OpenGate,
  RecordingAgents,
  RecordingConnection,
  RecordingDeliveries,
  RecordingLive,
} from "./stand-ins.ts";

export interface HouseOptions {
  readonly settings?: Partial<ChannelAccount["settings"]>;
  readonly config?: Partial<OpenClawConfig>;
}

/** Inbound on a real store, with everybody around it standing in. */
export class House implements AsyncDisposable {
  readonly gate = new OpenGate();
  readonly agents = new RecordingAgents();
  readonly live = new RecordingLive();
  readonly moves: object[] = [];
  readonly traffic: string[] = [];
  deliveries: RecordingDeliveries;
  connection: RecordingConnection | undefined = new RecordingConnection();
  account: ChannelAccount;
  inbound: Inbound;
  /** Acts of the inbox that go wrong for the object under test. */
  faults: Partial<InboxRepository> = {};
  #listeners: ((channel: string, accountId: string) => void)[] = [];
  #lastKey = 0;
  #life = 0;

  private constructor(
    readonly home: TempHome,
    readonly store: Store,
    readonly clock: ManualClock,
    private readonly options: HouseOptions,
  ) {
    this.account = accountOf(options.settings);
    this.deliveries = new RecordingDeliveries(store);
    this.inbound = this.#build();
  }

  static async open(options: HouseOptions = {}): Promise<House> {
    const home = await tempHome();
    const clock = new ManualClock();
    const store = await openStore({ path: home.at("state", "openclaw.sqlite"), clock, log: silentLogger });
    const house = new House(home, store, clock, options);
    await house.inbound.start();
    return house;
  }

  #build(): Inbound {
    const { inbox } = this.store;
    const life = this.#life;
    const isDead = () => life !== this.#life;
    const never = () => new Promise<never>(() => undefined);
    return new Inbound({
      inbox: new Proxy(inbox, {
        get: (_target, name: keyof InboxRepository) =>
          isDead() ? never : (this.faults[name] ?? inbox[name].bind(inbox)),
      }),
      accounts: {
        channel: (id) => (id === "telegram" ? chatter : undefined),
        account: (_channel, id) => (id === "default" ? this.account : undefined),
        connection: (_channel, id) => (id === "default" ? this.connection : undefined),
        onChange: (listener) => {
          this.#listeners.push(listener);
          return () => void this.#listeners.splice(this.#listeners.indexOf(listener), 1);
        },
        noteTraffic: (_channel, id, direction) => void this.traffic.push(`${id}:${direction}`),
      },
      gate: this.gate,
      router: {
        route: (_account, chat) => ({
          agentId: "main",
          sessionKey: `agent:main:telegram:${chat.kind}:${chat.id}` as SessionKey,
        }),
      },
      conversations: new Proxy(this.agents, {
        get: (agents, name: keyof RecordingAgents) => {
          const member = agents[name];
          return typeof member !== "function" ? member : isDead() ? never : member.bind(agents);
        },
      }),
      deliveries: this.deliveries,
      live: this.live,
      moveChat: async (move) => void this.moves.push(move),
      config: () => ({ ...this.options.config }) as OpenClawConfig,
      mediaDir: this.home.at("media", "inbound"),
      clock: this.clock,
      log: silentLogger,
    });
  }

  /** The process dies in this very moment: what it was about to write it never writes. */
  async crash(): Promise<void> {
    this.#life += 1;
    await this.restart();
  }

  /** The account's connection came or went. */
  changed(): void {
    for (const listener of this.#listeners) listener("telegram", "default");
  }

  /** The process dies, and another begins on the same store. */
  async restart(): Promise<void> {
    this.#listeners = [];
    this.deliveries = new RecordingDeliveries(this.store);
    this.inbound = this.#build();
    await this.inbound.start();
  }

  /** The platform tells these in one go. */
  async tell(...events: readonly InboundEvent[]): Promise<void> {
    await this.inbound.receive(this.account, {
      identity: "bot:4242",
      cursor: String(++this.#lastKey),
      events: events.map((event) => ({
        key: keyOf(event) ?? `other:${++this.#lastKey}`,
        lane: `${"chat" in event ? event.chat.id : ""}${"chat" in event ? `:${event.chat.topicId ?? ""}` : ""}`,
        event,
      })),
    });
  }

  /** What was sent, in the order of the outbox. */
  async sent(): Promise<readonly (OutboundMessage & { chatId: string; origin: string })[]> {
    const rows = await this.store.outbox.list({ limit: 10_000 });
    return rows.map(({ parts: [part], target, origin }) => ({
      ...(part as OutboundMessage),
      ...(target as { chatId: string }),
      origin,
    }));
  }

  async texts(): Promise<readonly string[]> {
    return (await this.sent()).map(({ text }) => text);
  }

  /** `event key: disposition`, or its state while it is not over. */
  async ends(): Promise<readonly string[]> {
    const rows = await this.store.inbox.list({ limit: 10_000 });
    return rows.map(({ eventKey, state, disposition }) => `${eventKey}: ${disposition ?? state}`);
  }

  /** Waits until so many turns were submitted in all. */
  async submitted(count: number): Promise<RecordingAgents["submitted"]> {
    await until(`${count} turns`, () => this.agents.submitted.length >= count);
    return this.agents.submitted;
  }

  /** Waits until nothing waits in the store. */
  async settled(): Promise<void> {
    await until("everything to be settled", async () => (await this.store.inbox.waiting()).length === 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.inbound.stop(0);
    this.clock.advance(1);
    await stopped;
    await this.store.close();
    await this.home[Symbol.asyncDispose]();
  }
}

function keyOf(event: InboundEvent): string | undefined {
  switch (event.kind) {
    case "message": {
      const { chat, messageId, isEdit, at } = event;
      return isEdit ? `edit:${chat.id}:${messageId}:${at}` : `message:${chat.id}:${messageId}`;
    }
    case "press":
      return `press:${event.pressId}`;
    default:
      return undefined;
  }
}

let lastMessage = 0;

/** A message of Al (777) in his direct chat unless told otherwise. */
export function message(text: string, over: Partial<InboundMessage> = {}): InboundMessage {
  return {
    kind: "message",
    chat: { id: "777", kind: "direct" },
    sender: { id: "777", name: "Al", isBot: false },
    at: 1_700_000_000_000,
    messageId: String(++lastMessage),
    text,
    isMention: false,
    media: [],
    ...over,
  };
}

/** Lets everything run that needs no time to pass. */
export async function calm(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
}
