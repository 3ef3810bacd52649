import { spawnFakeProvider } from "../../fakes/model-provider/index.ts";
import { spawnFakeTelegram, type TelegramProcess } from "../../fakes/telegram/index.ts";
import { type GatewayProcess, spawnGateway, tempHome } from "../../support/index.ts";
import { mockModel } from "../mock-model.ts";

/** A compiled gateway with a bot, between a Telegram and a model in processes of their own. */
export interface TelegramBench extends AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly telegram: TelegramProcess;
  /** Last user message and arrival at the model (epoch ms) of every request since the last question. */
  arrivals(): Promise<readonly (readonly [userText: string, epochMs: number])[]>;
}

/** The bot asks for updates within this time, or nothing can be measured. */
const POLL_PATIENCE_MS = 20_000;

/** Starts all three; ready when the bot asks for updates. */
export async function startTelegramBench(): Promise<TelegramBench> {
  await using stack = new AsyncDisposableStack();
  const model = stack.use(await spawnFakeProvider());
  const telegram = stack.use(await spawnFakeTelegram());
  const home = stack.use(await tempHome());
  await home.write(".openclaw/openclaw.json", configFor(model.openAiUrl, telegram));
  const gateway = stack.use(await spawnGateway({ home }));
  await telegram.polled(POLL_PATIENCE_MS);
  const all = stack.move();
  return {
    gateway,
    telegram,
    arrivals: () => model.arrivals(),
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

function configFor(baseUrl: string, { token, apiRoot }: TelegramProcess): object {
  return {
    gateway: { mode: "local" },
    models: mockModel(baseUrl),
    agents: { defaults: { model: { primary: "mock/mock-1" } } },
    // Chats of their own, as with many people; one conversation with the owner is one lane.
    session: { dmScope: "per-channel-peer" },
    channels: { telegram: { botToken: token, apiRoot, dmPolicy: "open", allowFrom: ["*"] } },
  };
}
