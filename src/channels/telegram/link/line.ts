import type { SecretRegistry } from "../../../lib/redact.ts";
import type { ChannelContext } from "../../channel.ts";
import { apiRootOf, receivesBy } from "../account/addresses.ts";
import type { OpenMedia } from "../../files/index.ts";
import { TelegramCalls } from "../calls/index.ts";
import { PUBLIC_API_ROOT, telegramClient, type TelegramClient } from "../client/index.ts";
import { openNetwork } from "../client/network.ts";
import { telegramSettings, type TelegramSettings } from "../render/index.ts";
import { WebhookReceiver } from "../webhook/receiver.ts";
import { type Identity, identify } from "./identity.ts";
import { Intake } from "./intake.ts";
import type { Observed } from "./observed.ts";
import { Poller } from "./poller.ts";
import type { ReceiverDeps, ReceiverEnd } from "./receiver.ts";
import { Upkeep } from "./upkeep.ts";

/** What an account speaks to Telegram by, as long as its token holds. */
export interface Line {
  readonly client: TelegramClient;
  readonly calls: TelegramCalls;
}

export interface LineDeps {
  readonly context: ChannelContext;
  readonly observed: Observed;
  readonly openMedia: OpenMedia;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
}

/** What must not be spoken of, whoever logs it. */
function keepSecret(
  secrets: SecretRegistry,
  token: string,
  { webhookSecret, proxy = "" }: TelegramSettings,
): void {
  secrets.add(token);
  if (typeof webhookSecret === "string") secrets.add(webhookSecret.trim());
  const password = URL.canParse(proxy) ? new URL(proxy).password : "";
  if (password !== "") secrets.add(decodeURIComponent(password));
}

/** Opens the line of one token, receives by it until it is told to stop or the token is refused, and closes it. */
export async function runLine(
  token: string,
  { context, observed, openMedia, random }: LineDeps,
  signal: AbortSignal,
  opened: (line: Line) => void,
): Promise<ReceiverEnd> {
  const { clock, log, ids, secrets, account } = context;
  const settings = telegramSettings(account);
  keepSecret(secrets, token, settings);
  const apiRoot = apiRootOf(settings) ?? PUBLIC_API_ROOT;
  const { proxy, network: rules, trustedLocalFileRoots } = settings;
  await using network = await openNetwork(context.egress, { apiRoot, proxy, network: rules }, ids);
  const client = await telegramClient({
    token,
    apiRoot,
    egress: network.egress,
    policy: network.policy,
    clock,
    ...(trustedLocalFileRoots && { localRoots: trustedLocalFileRoots }),
    heard: ({ error }) => {
      if (error === undefined || error.code !== undefined) observed.alive();
    },
  });
  const calls = new TelegramCalls({
    client,
    egress: context.egress,
    clock,
    log,
    account: context.current,
    openMedia,
  });
  const upkeep = new Upkeep(client, context, observed);
  const withSent = (identity: Identity): Identity => ({
    ...identity,
    self: { ...identity.self, sent: (chatId, messageId) => calls.sent(chatId, messageId) },
  });
  const deps: ReceiverDeps = {
    client,
    context,
    observed,
    intake: new Intake(context),
    identify: async (inner) => withSent(await identify(client, token, context, inner)),
    prepared: (identity) => upkeep.begin(identity),
    woke: () => client.distrust(),
    random,
  };
  opened({ client, calls });
  try {
    const receiver =
      receivesBy(settings) === "webhook" ? new WebhookReceiver(deps, settings) : new Poller(deps);
    return await receiver.run(signal);
  } finally {
    await upkeep.stop();
    await calls.stop();
  }
}
