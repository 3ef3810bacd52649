import { isRecord } from "../../../lib/records.ts";
import { CallError } from "../client/index.ts";
import { UPDATE_KINDS } from "../normalise/index.ts";
import type { Identity } from "./identity.ts";
import { IDLE_POLL_MS, POLL_BATCH, POLL_TIMEOUT_S } from "./limits.ts";
import { Offset } from "./offset.ts";
import type { Receiver, ReceiverDeps, ReceiverEnd } from "./receiver.ts";
import { rest } from "../../../lib/rest.ts";
import { runRounds, showIdentity } from "./rounds.ts";

/** How far the poller has come. */
interface Standing {
  readonly identity: Identity;
  readonly offset: Offset;
}

/**
 * Long polling with one request at a time. The next one asks for what is behind the last update that is durable, so nothing is
 * lost whenever the process ends; what is told twice the inbox knows.
 */
export class Poller implements Receiver {
  readonly #deps: ReceiverDeps;
  #standing: Standing | undefined;
  #isSure = false;

  constructor(deps: ReceiverDeps) {
    this.#deps = deps;
  }

  run(signal: AbortSignal): Promise<ReceiverEnd> {
    return runRounds(
      this.#deps,
      {
        round: async (either) => {
          this.#standing ??= await this.#prepare(either);
          await this.#poll(this.#standing, either);
        },
        shaken: (error) => {
          this.#isSure = false;
          // Somebody has set a webhook meanwhile; it is taken away again.
          if (error instanceof CallError && error.says("webhook")) this.#standing = undefined;
        },
      },
      signal,
    );
  }

  async #prepare(signal: AbortSignal): Promise<Standing> {
    const { client, context, identify, prepared } = this.#deps;
    const identity = await identify(signal);
    showIdentity(this.#deps, identity);
    // Messages that waited for a webhook are not to be lost with it.
    await client.call("deleteWebhook", { drop_pending_updates: false }, signal);
    const offset = await Offset.of(identity.self.id, context);
    prepared(identity);
    return { identity, offset };
  }

  async #poll({ identity, offset }: Standing, signal: AbortSignal): Promise<void> {
    const { client, context, observed, intake } = this.#deps;
    await context.ready(signal);
    signal.throwIfAborted();
    const from = offset.next;
    // The first answer after trouble shall come at once: it shows that all is well again.
    const timeout = this.#isSure ? POLL_TIMEOUT_S : 0;
    const began = context.clock.monotonic();
    const updates: unknown = await client.call(
      "getUpdates",
      {
        ...(from !== undefined && { offset: from }),
        limit: POLL_BATCH,
        timeout,
        allowed_updates: UPDATE_KINDS,
      },
      signal,
    );
    const batch: readonly unknown[] = Array.isArray(updates) ? updates : [];
    if (batch.length > 0) {
      observed.heard();
      const next = nextOffset(batch);
      await intake.take(batch, identity.self, String(next));
      await offset.advance(identity.self.id, next);
    }
    this.#isSure = true;
    observed.works();
    // A server that does not wait, or does not hear what was read, is not to be asked without end.
    const isIdle = batch.length === 0 && timeout > 0 && context.clock.monotonic() - began < IDLE_POLL_MS;
    const isStuck = from !== undefined && batch.length > 0 && (offset.next ?? from) <= from;
    if (isIdle || isStuck) await rest(context.clock, IDLE_POLL_MS, signal);
  }
}

/** One behind the last update. @throws Error when none has a number: asking again would bring the same ones for ever */
function nextOffset(updates: readonly unknown[]): number {
  const ids = updates.flatMap((update) => {
    const id = isRecord(update) ? update["update_id"] : undefined;
    return typeof id === "number" && Number.isSafeInteger(id) ? [id] : [];
  });
  if (ids.length === 0) throw new Error("updates without a number came in");
  return Math.max(...ids) + 1;
}
