import { createHash } from "node:crypto";
import { isRecord } from "../../../lib/records.ts";
import type { ChannelContext } from "../../channel.ts";
import type { TelegramClient } from "../client/index.ts";
import { type BotSelf, selfOf } from "../normalise/index.ts";
import { IDENTITY_TTL_MS } from "./limits.ts";

/** Who the account is to Telegram. */
export interface Identity {
  readonly self: BotSelf;
  readonly name?: string;
  /** All messages of groups reach the bot, not only those that name it. */
  readonly readsGroups: boolean;
}

const KEY = "identity";

/** Asks who the bot is, or remembers it; an answer is good for a day and for the token it was given to. @throws CallError */
export async function identify(
  client: TelegramClient,
  token: string,
  context: Pick<ChannelContext, "memory" | "clock" | "log">,
  signal: AbortSignal,
): Promise<Identity> {
  const { clock, memory, log } = context;
  const tokenHash = createHash("sha256").update(token).digest("hex").slice(0, 16);
  const kept = await memory.get(KEY).catch(() => undefined);
  if (
    isRecord(kept) &&
    kept["token"] === tokenHash &&
    isRecord(kept["me"]) &&
    isFresh(kept["at"], clock.now())
  ) {
    return identityOf(kept["me"]);
  }
  const me: unknown = await client.call("getMe", {}, signal);
  const facts = isRecord(me) ? me : {};
  const identity = identityOf(facts);
  await memory.put(KEY, { token: tokenHash, at: clock.now(), me: facts }).catch((error: unknown) => {
    log.debug("who the bot is could not be remembered", { error: String(error) });
  });
  return identity;
}

/** Forgets it; the next one who asks hears from Telegram. */
export async function forgetIdentity(context: Pick<ChannelContext, "memory">): Promise<void> {
  await context.memory.put(KEY, undefined).catch(() => undefined);
}

function identityOf(me: Readonly<Record<string, unknown>>): Identity {
  const name = me["first_name"];
  return {
    self: selfOf(me),
    ...(typeof name === "string" && { name }),
    readsGroups: me["can_read_all_group_messages"] === true,
  };
}

function isFresh(at: unknown, now: number): boolean {
  return typeof at === "number" && now - at >= 0 && now - at < IDENTITY_TTL_MS;
}
