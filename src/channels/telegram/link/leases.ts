import { botIdOf } from "../account/token.ts";

/** Who receives for which bot: two that poll with one token throw each other out for ever. */
export class Leases {
  readonly #held = new Map<string, string>();

  /** Takes the bot of `token` for an account; answers who has it when somebody else does. */
  take(token: string, accountId: string): Disposable | { readonly heldBy: string } {
    const bot = botIdOf(token);
    const heldBy = this.#held.get(bot);
    if (heldBy !== undefined) return { heldBy };
    this.#held.set(bot, accountId);
    return { [Symbol.dispose]: () => void this.#held.delete(bot) };
  }
}
