import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { BinaryNode, SignalRepositoryWithLIDStore, SocketConfig } from "@whiskeysockets/baileys";
import type { ChannelArrival, ChannelKeyRepository, KeyOwner } from "../../../store/index.ts";

type MakeRepository = SocketConfig["makeSignalRepository"];

interface Slot {
  arrival: ChannelArrival | undefined;
}

/** What the transaction that is being stored has decrypted; known by the asynchronous context it runs in. */
export class ArrivalScope {
  readonly #slots = new AsyncLocalStorage<Slot>();

  run<T>(slot: Slot, work: () => Promise<T>): Promise<T> {
    return this.#slots.run(slot, work);
  }

  pending(): ChannelArrival | undefined {
    return this.#slots.getStore()?.arrival;
  }

  /** It is in the store. */
  stored(): void {
    const slot = this.#slots.getStore();
    if (slot) slot.arrival = undefined;
  }
}

export interface ArrivalsDeps {
  readonly keys: ChannelKeyRepository;
  readonly owner: KeyOwner;
  readonly scope: ArrivalScope;
  /** Something new is in the store. */
  readonly arrived: () => void;
  /** It cannot be stored: the server must not be told that it was received. */
  readonly abandon: (error: unknown) => void;
}

/** What was said with these bytes is nothing: an empty message with one byte of padding. */
const NOTHING = new Uint8Array([1]);

/**
 * Keeps what is decrypted. The library tells the server "received" before it tells us, so what a ciphertext said is stored in the
 * very act that uses its key up. A ciphertext that comes again is answered from the store.
 */
export class Arrivals {
  readonly #deps: ArrivalsDeps;
  readonly #stanzas = new WeakMap<Uint8Array, BinaryNode["attrs"]>();

  constructor(deps: ArrivalsDeps) {
    this.#deps = deps;
  }

  /** To be called with a stanza before the library sees it: its ciphertexts are known again by their bytes. */
  note(stanza: BinaryNode): void {
    if (!Array.isArray(stanza.content)) return;
    for (const { tag, content } of stanza.content) {
      if (tag === "enc" && content instanceof Uint8Array) this.#stanzas.set(content, stanza.attrs);
    }
  }

  /** The same repository, whose decrypting is durable. */
  wrap(make: MakeRepository): MakeRepository {
    return (auth, logger, pnToLid) => {
      const inner = make(auth, logger, pnToLid);
      const { keys } = auth;
      if (!("transaction" in keys)) throw new Error("Keys without transactions cannot be kept safely.");
      const atOnce = <T>(work: () => Promise<T>, lock: string) => keys.transaction(work, lock);
      const durable: SignalRepositoryWithLIDStore = {
        ...inner,
        decryptMessage: (asked) =>
          this.#decrypted(asked.ciphertext, asked.jid, atOnce, () => inner.decryptMessage(asked)),
        decryptGroupMessage: (asked) =>
          this.#decrypted(asked.msg, asked.group, atOnce, () => inner.decryptGroupMessage(asked)),
      };
      return durable;
    };
  }

  async #decrypted(
    ciphertext: Uint8Array,
    lock: string,
    atOnce: <T>(work: () => Promise<T>, lock: string) => Promise<T>,
    decrypt: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { keys, owner, scope, arrived, abandon } = this.#deps;
    const attrs = this.#stanzas.get(ciphertext);
    if (attrs === undefined) return await decrypt();
    const key = createHash("sha256").update(ciphertext).digest("base64url");
    const known = await this.#kept(() => keys.arrival(owner, key));
    if (known !== undefined) return known.payload.length > 0 ? known.payload : NOTHING;
    const slot: Slot = { arrival: undefined };
    let opened = false;
    try {
      const payload = await scope.run(slot, () =>
        atOnce(async () => {
          const plaintext = await decrypt();
          opened = true;
          slot.arrival = { key, envelope: JSON.stringify(attrs), payload: plaintext };
          return plaintext;
        }, lock),
      );
      // A transaction that changed no key stored nothing.
      if (slot.arrival) await keys.commit(owner, { arrivals: [slot.arrival] });
      arrived();
      return payload;
    } catch (error) {
      if (opened) abandon(error);
      throw error;
    }
  }

  async #kept<T>(look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      this.#deps.abandon(error);
      throw error;
    }
  }
}
