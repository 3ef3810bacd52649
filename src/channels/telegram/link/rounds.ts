import { WakeWatch } from "../../../lib/clock.ts";
import { type Reaction, reactionTo } from "./reactions.ts";
import type { Identity } from "./identity.ts";
import type { ReceiverDeps, ReceiverEnd } from "./receiver.ts";
import { rest } from "../../../lib/rest.ts";

/** What a receiver does again and again. */
export interface Rounds {
  /** One round; its signal is aborted by stopping and by waking. Whatever it throws is looked at, and there is another one. */
  readonly round: (signal: AbortSignal) => Promise<void>;
  /** A round came to nothing: what was sure is not any more. */
  readonly shaken: (error: unknown) => void;
}

/** Runs rounds until it is told to stop or the token is refused, with pauses that fit what went wrong. Never rejects. */
export async function runRounds(
  deps: Pick<ReceiverDeps, "context" | "observed" | "random" | "woke">,
  { round, shaken }: Rounds,
  signal: AbortSignal,
): Promise<ReceiverEnd> {
  const { clock } = deps.context;
  let wake = new AbortController();
  using _watch = new WakeWatch(clock, () => {
    deps.woke();
    wake.abort();
  });
  while (!signal.aborted) {
    wake = new AbortController();
    try {
      await round(AbortSignal.any([signal, wake.signal]));
    } catch (error) {
      if (signal.aborted) break;
      shaken(error);
      // The machine woke up: lines that were open are dead, and the next one is as good as new.
      if (wake.signal.aborted) continue;
      const reaction = react(deps, error);
      if (reaction.pace === "revoked") return "revoked";
      await rest(clock, reaction.waitMs, signal, wake.signal);
    }
  }
  return "stopped";
}

/** Shows who the bot is. */
export function showIdentity({ observed }: Pick<ReceiverDeps, "observed">, { self, name }: Identity): void {
  observed.known({
    id: self.id,
    ...(name !== undefined && { name }),
    ...(self.username !== undefined && { username: self.username }),
  });
}

function react(
  { observed, context, random }: Pick<ReceiverDeps, "context" | "observed" | "random">,
  error: unknown,
): Reaction {
  const { id: accountId } = context.account;
  const reaction = reactionTo({ error, failures: observed.failures + 1, accountId }, random());
  const { trouble, waitMs } = reaction;
  const level = trouble.lifecycle === "blocked" || observed.failures === 0 ? "warn" : "debug";
  context.log[level]("updates do not come in", { error: trouble.error, waitMs });
  observed.fails(trouble);
  return reaction;
}
