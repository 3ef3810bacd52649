import type { ChannelKeyRepository, KeyChange, KeyOwner } from "../../../store/index.ts";
import { SENT_REMEMBERED } from "./limits.ts";

const MESSAGE = "sent-message";
const ORDER = "sent-order";

/**
 * What was sent last, in the store: a phone that cannot read a message asks for it again, also after this process has died. The
 * oldest make room for the newest.
 */
export class SentMessages {
  readonly #keys: ChannelKeyRepository;
  readonly #owner: KeyOwner;
  #order: readonly string[] | undefined;

  constructor(keys: ChannelKeyRepository, owner: KeyOwner) {
    this.#keys = keys;
    this.#owner = owner;
  }

  /** @throws StoreError */
  async put(id: string, message: Uint8Array): Promise<void> {
    const known = (await this.#ids()).filter((one) => one !== id);
    const gone = known.slice(0, Math.max(0, known.length + 1 - SENT_REMEMBERED));
    const order = [...known.slice(gone.length), id];
    const changes: readonly KeyChange[] = [
      { type: MESSAGE, id, value: Buffer.from(message).toString("base64") },
      { type: ORDER, id: "", value: JSON.stringify(order) },
      ...gone.map((one) => ({ type: MESSAGE, id: one, value: null })),
    ];
    this.#order = order;
    await this.#keys.commit(this.#owner, { keys: changes });
  }

  /** Undefined for what was sent long ago, or not by us. @throws StoreError */
  async get(id: string): Promise<Uint8Array | undefined> {
    const value = (await this.#keys.keys(this.#owner, MESSAGE, [id])).get(id);
    return value === undefined ? undefined : Buffer.from(value, "base64");
  }

  async #ids(): Promise<readonly string[]> {
    if (this.#order) return this.#order;
    const text = (await this.#keys.keys(this.#owner, ORDER, [""])).get("");
    const value: unknown = text === undefined ? [] : JSON.parse(text);
    return Array.isArray(value) ? value.filter((id) => typeof id === "string") : [];
  }
}
