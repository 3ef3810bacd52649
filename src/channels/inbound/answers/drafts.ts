import type { Clock } from "../../../lib/clock.ts";
import type { Deliveries } from "../../deliveries.ts";
import type { Place, Scene } from "../hearing.ts";
import { DRAFT_PATIENCE_MS, DRAFT_POLL_MS } from "../limits.ts";
import { REPLY_SCOPE } from "./settling.ts";

/** Takes previews away that no answer took the place of. */
export class Drafts {
  readonly #deliveries: Pick<Deliveries, "recall">;
  readonly #clock: Clock;

  constructor(deps: { readonly deliveries: Pick<Deliveries, "recall">; readonly clock: Clock }) {
    this.#deliveries = deps.deliveries;
    this.#clock = deps.clock;
  }

  /** At once. */
  discard({ connection, target }: Pick<Scene, "connection" | "target">, ...drafts: readonly unknown[]): void {
    for (const draft of drafts) {
      if (draft !== undefined) void connection.drafts?.discard(target, draft);
    }
  }

  /** When the answer of this key has arrived, so that there is no moment with neither; at once without a key. */
  discardAfter(key: string | undefined, scene: Place & Scene, ...drafts: readonly unknown[]): void {
    if (drafts.every((draft) => draft === undefined)) return;
    if (key === undefined) this.discard(scene, ...drafts);
    else void this.#arrived(key).then(() => this.discard(scene, ...drafts));
  }

  async #arrived(key: string): Promise<void> {
    const patience = this.#clock.now() + DRAFT_PATIENCE_MS;
    while (this.#clock.now() < patience) {
      const outcome = await this.#deliveries.recall(REPLY_SCOPE, key).catch(() => undefined);
      if (outcome?.state !== "pending") return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#clock.after(DRAFT_POLL_MS, resolve);
      await promise;
    }
  }
}
