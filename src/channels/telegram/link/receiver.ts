import type { ChannelContext } from "../../channel.ts";
import type { TelegramClient } from "../client/index.ts";
import type { Identity } from "./identity.ts";
import type { Intake } from "./intake.ts";
import type { Observed } from "./observed.ts";

export interface ReceiverDeps {
  readonly client: TelegramClient;
  readonly context: Pick<ChannelContext, "account" | "clock" | "log" | "memory" | "cursor" | "ready">;
  readonly observed: Observed;
  readonly intake: Intake;
  /** Who the bot is. @throws CallError */
  readonly identify: (signal: AbortSignal) => Promise<Identity>;
  /** The way to receive is prepared: whoever has something to say to Telegram may do so. */
  readonly prepared: (identity: Identity) => void;
  /** The machine slept or its clock was set. */
  readonly woke: () => void;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
}

/** Why receiving ended: it was told to, or the token is not accepted any more. */
export type ReceiverEnd = "stopped" | "revoked";

/** A way updates come in by. It goes on by itself whatever happens. */
export interface Receiver {
  /** Resolves when nothing is under way any more. Never rejects. */
  run(signal: AbortSignal): Promise<ReceiverEnd>;
}
