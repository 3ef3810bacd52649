import { spawnFakeProvider } from "../../fakes/model-provider/index.ts";
import { spawnFakeTelegram, type TelegramProcess } from "../../fakes/telegram/index.ts";
import { spawnFakeWhatsapp, type WhatsappProcess } from "../../fakes/whatsapp/index.ts";
import { type GatewayProcess, spawnGateway, tempHome } from "../../support/index.ts";
import { mockModel } from "../mock-model.ts";

/** A compiled gateway with an account of each channel, between two fakes and a model in processes of their own. */
export interface WhatsappBench extends AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly whatsapp: WhatsappProcess;
}

/** The accounts are connected within this time, or nothing can be measured. */
const READY_PATIENCE_MS = 20_000;

/** Starts all; ready when WhatsApp is linked and the Telegram bot asks for updates. */
export async function startWhatsappBench(): Promise<WhatsappBench> {
  await using stack = new AsyncDisposableStack();
  const model = stack.use(await spawnFakeProvider());
  const telegram = stack.use(await spawnFakeTelegram());
  const whatsapp = stack.use(await spawnFakeWhatsapp());
  const home = stack.use(await tempHome());
  await home.write(".openclaw/openclaw.json", configFor(model.openAiUrl, telegram));
  await link(await spawnGateway({ home, env: whatsapp.env }), whatsapp);
  // What is measured is a gateway that was linked before it started.
  const gateway = stack.use(await spawnGateway({ home, env: whatsapp.env }));
  await whatsapp.caughtUp(READY_PATIENCE_MS);
  await telegram.polled(READY_PATIENCE_MS);
  const all = stack.move();
  return { gateway, whatsapp, [Symbol.asyncDispose]: () => all[Symbol.asyncDispose]() };
}

async function link(gateway: GatewayProcess, whatsapp: WhatsappProcess): Promise<void> {
  await using operator = await gateway.operator();
  const begun = (await operator.call("web.login.start", {
    channel: "whatsapp",
    timeoutMs: READY_PATIENCE_MS,
  })) as {
    readonly qrText?: string;
  };
  if (begun.qrText === undefined) throw new Error("the gateway shows no code");
  await whatsapp.scan(begun.qrText);
  await whatsapp.caughtUp(READY_PATIENCE_MS);
  await gateway.stop();
}

function configFor(baseUrl: string, { token, apiRoot }: TelegramProcess): object {
  const open = { dmPolicy: "open", allowFrom: ["*"] };
  return {
    gateway: { mode: "local" },
    models: mockModel(baseUrl),
    agents: { defaults: { model: { primary: "mock/mock-1" } } },
    session: { dmScope: "per-channel-peer" },
    channels: { telegram: { botToken: token, apiRoot, ...open }, whatsapp: { ...open } },
  };
}
