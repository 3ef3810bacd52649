import { FakeModelProvider, type ModelRequest, say } from "../../fakes/model-provider/index.ts";
import {
  type Bot,
  type BotOptions,
  type Call,
  type Chat,
  FakeTelegram,
  type Json,
  type Person,
} from "../../fakes/telegram/index.ts";
import {
  type GatewayOptions,
  type GatewayProcess,
  runOpenclaw,
  type RunResult,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
  type WireClient,
} from "../../support/index.ts";

/** The owner of the gateways of these tests, and a person who may write and owns nothing. */
export const OWNER_ID = 777;
export const GUEST_ID = 555;

export interface WorldOptions {
  /** Keys of `channels.telegram` beside the token and the server. */
  readonly telegram?: Json | ((telegram: FakeTelegram) => Json);
  /** Top-level keys of the configuration. */
  readonly config?: Json;
  readonly bot?: BotOptions;
  readonly gateway?: GatewayOptions;
  /** Files below the home, written before the start. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A compiled gateway with one bot, on a fake Telegram and a fake model that answers everything with `heard`. */
export interface World extends AsyncDisposable {
  readonly telegram: FakeTelegram;
  readonly model: FakeModelProvider;
  readonly home: TempHome;
  readonly bot: Bot;
  readonly gateway: GatewayProcess;
  readonly owner: Person;
  readonly guest: Person;
  operator(overrides?: Json): Promise<WireClient>;
  /** Runs a command of the same executable against this gateway. */
  run(...args: readonly string[]): Promise<RunResult>;
  /** Tells the bot of anything, whoever may have said it. */
  tell(content: Json): void;
  /** What reached somebody, from the bot. */
  texts(where: Chat): readonly string[];
  /** Messages that came in and are not over. */
  waiting(): Promise<number>;
  /** Resolves when everything the bot was told of so far was taken up and is over. */
  settled(): Promise<void>;
  /** Requests to the model whose last words, or system prompt, have this in them. */
  asked(words: string): readonly ModelRequest[];
}

/** Longer than a machine that is busy needs for thousands of messages nobody answers. */
const SETTLE_MS = 40_000;

interface QueueCount {
  readonly direction: string;
  readonly state: string;
  readonly count: number;
}

/** Everybody may write who is in `allowFrom`; the group `-1001` is heard without being named. */
export const LISTED: Json = {
  dmPolicy: "allowlist",
  allowFrom: [OWNER_ID, GUEST_ID],
  groupAllowFrom: [OWNER_ID, GUEST_ID],
  groups: { "-1001": { requireMention: false } },
  streaming: { mode: "off" },
};

export async function world(options: WorldOptions = {}): Promise<World> {
  const telegram = await FakeTelegram.start();
  const model = await FakeModelProvider.start();
  const home = await tempHome();
  const bot = telegram.bot({ privacy: false, ...options.bot });
  const own = typeof options.telegram === "function" ? options.telegram(telegram) : options.telegram;
  model.on(() => say("heard"));
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    models: { providers: { mock: model.providerConfig() } },
    agents: { defaults: { model: { primary: "mock/mock-1" } } },
    commands: { ownerAllowFrom: [`telegram:${OWNER_ID}`] },
    channels: { telegram: { botToken: bot.token, apiRoot: telegram.apiRoot, ...(own ?? LISTED) } },
    ...options.config,
  });
  for (const [path, content] of Object.entries(options.files ?? {})) await home.write(path, content);
  const gateway = await spawnGateway({ ...options.gateway, home });
  const end = async () => {
    await gateway[Symbol.asyncDispose]();
    await model.stop();
    await telegram.stop();
    await home[Symbol.asyncDispose]();
  };
  let queue: Promise<WireClient> | undefined;
  const operator = (overrides: Json = {}) => gateway.operator(overrides);
  const queued = async () => {
    const client = await (queue ??= operator());
    return ((await client.call("message.queue.list", { limit: 1 })) as { counts: readonly QueueCount[] })
      .counts;
  };
  return {
    telegram,
    model,
    home,
    bot,
    gateway,
    owner: telegram.user({ id: OWNER_ID, firstName: "Olga" }),
    guest: telegram.user({ id: GUEST_ID, firstName: "Gus" }),
    operator,
    run: (...args) =>
      runOpenclaw(args, {
        home: home.path,
        env: {
          OPENCLAW_GATEWAY_PORT: String(gateway.port),
          OPENCLAW_GATEWAY_TOKEN: String(gateway.token),
        },
      }),
    tell: (content) => telegram.inject(bot, content),
    texts: (where) => where.texts(bot),
    waiting: async () => {
      const counts = await queued();
      return counts.find(({ direction, state }) => direction === "in" && state === "waiting")?.count ?? 0;
    },
    async settled() {
      const all = () => bot.queue.pending.length === 0;
      await telegram.journal.when("all updates to be read", all, SETTLE_MS);
      const isOver = ({ state, count }: QueueCount) =>
        count === 0 || !["waiting", "queued", "sending"].includes(state);
      await until("everything to be over", async () => (await queued()).every(isOver), SETTLE_MS);
    },
    asked: (words) =>
      model.requests.filter((request) => JSON.stringify(request.body.messages).includes(words)),
    [Symbol.asyncDispose]: end,
  };
}

/** Calls that bring something into a chat or out of one; asking about the bot itself is none. */
const ABOUT_ITSELF =
  /^(?:getme|getupdates|deletewebhook|setwebhook|getwebhookinfo|setmycommands|deletemycommands)$/i;

/** What the bot did, beside looking after itself. */
export function deeds({ telegram }: Pick<World, "telegram">): readonly Call[] {
  return telegram.journal.calls.filter(({ method }) => !ABOUT_ITSELF.test(method));
}

let lastId = 50_000;

/** A number no message had before. */
export function freshId(): number {
  lastId += 1;
  return lastId;
}

/** A message as Telegram tells it, from anybody to anywhere. */
export function messageOf(from: Json | undefined, chat: Json, more: Json = {}): Json {
  return {
    message_id: freshId(),
    date: Math.floor(Date.now() / 1000),
    chat,
    ...(from !== undefined && { from }),
    ...more,
  };
}
