import type { ChannelLogin, LoginOutcome, LoginState } from "../../../src/channels/index.ts";

/** A login whose steps the test makes. */
export class SteppedLogin implements ChannelLogin {
  state: LoginState = { kind: "opening" };
  readonly expiresAt = 0;
  readonly #over = Promise.withResolvers<LoginOutcome>();
  readonly over = this.#over.promise;
  readonly #listeners = new Set<() => void>();

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  step(state: LoginState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
    if (state.kind === "over") this.#over.resolve(state.outcome);
  }

  async cancel(): Promise<void> {
    this.step({ kind: "over", outcome: { kind: "cancelled", message: "" } });
  }
}
