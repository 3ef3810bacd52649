import type { KeyBundle, NumberedKey } from "../signal/index.ts";
import { type BinaryNode, type Connection, node } from "../wire/index.ts";
import { Outbox, type Pending } from "./outbox.ts";

/** Below so many one-time keys a device is told to bring more. */
const FEW_KEYS = 5;

/** A linked device of an account: what a gateway is to WhatsApp. */
export class Companion {
  readonly outbox = new Outbox();
  readonly #keys = Promise.withResolvers<void>();
  #once: NumberedKey[] = [];
  #bundle: Omit<KeyBundle, "once"> | undefined;
  #connection: Connection | undefined;
  #work: Promise<unknown> = Promise.resolve();

  /** Takes messages; before that they wait. */
  isActive = false;
  /** It has said that it synchronised what the phone told it. */
  hasSynced = false;
  isUnlinked = false;
  /** How often it logged in. */
  logins = 0;
  /** What it last said of itself. */
  presence: "available" | "unavailable" | undefined;
  /** What it told chats that it does, oldest first: `composing`, `recording`, `paused`. */
  readonly chatStates: { readonly to: string; readonly state: string }[] = [];

  constructor(
    /** Its name by phone number. */
    readonly jid: string,
    /** Its name as other devices' sessions know it. */
    readonly lid: string,
    /** Number of the device; the phone itself is 0. */
    readonly id: number,
    /** The key by which its connection is known. */
    readonly noiseKey: Buffer,
    readonly identity: Buffer,
    readonly changed: () => void,
  ) {}

  get isOnline(): boolean {
    return this.#connection !== undefined;
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  get onceKeys(): number {
    return this.#once.length;
  }

  /** Logs in on a connection; one that was there before is told that it was replaced. */
  connect(connection: Connection): void {
    const before = this.#connection;
    this.#connection = connection;
    this.isActive = false;
    this.logins += 1;
    this.outbox.rewind();
    before?.endStream({}, [node("conflict", { type: "replaced" })]);
    this.changed();
  }

  disconnect(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.isActive = false;
    this.presence = undefined;
    this.outbox.rewind();
    this.changed();
  }

  /** Takes what it uploads of its keys. */
  upload(bundle: Omit<KeyBundle, "once">, once: readonly NumberedKey[]): void {
    this.#bundle = bundle;
    this.#once.push(...once);
    this.#keys.resolve();
    this.changed();
  }

  rotate(signed: KeyBundle["signed"]): void {
    if (this.#bundle) this.#bundle = { ...this.#bundle, signed };
  }

  /** Its keys, for somebody who writes to it for the first time. */
  takeBundle(): KeyBundle {
    if (!this.#bundle) throw new Error(`${this.jid} has uploaded no keys`);
    const once = this.#once.shift();
    if (this.#once.length === FEW_KEYS - 1) {
      this.tell(
        node("notification", { from: "s.whatsapp.net", type: "encrypt", id: `few-${Date.now()}` }, [
          node("count", { value: this.#once.length }),
        ]),
      );
    }
    return { ...this.#bundle, once };
  }

  /**
   * Queues what `make` encrypts, after all that was queued before. Settles when it is queued; a device that has not
   * uploaded its keys yet is not waited for.
   */
  async post(make: () => Promise<BinaryNode>): Promise<Pending | undefined> {
    const result = this.#work.then(async () => {
      await this.#keys.promise;
      return this.tell(await make());
    });
    this.#work = result.catch(() => undefined);
    return this.#bundle ? await result : undefined;
  }

  /** Queues a stanza, and sends it when the device is there. */
  tell(stanza: BinaryNode): Pending {
    const pending = this.outbox.add(stanza);
    if (this.isActive) this.flush();
    this.changed();
    return pending;
  }

  /** Sends what waits; `isOffline` marks it as what came while the device was away. */
  flush(isOffline = false): void {
    const connection = this.#connection;
    if (!connection) return;
    let index = 0;
    for (const pending of this.outbox.waiting) {
      pending.attempts += 1;
      pending.state = "sent";
      const { tag, attrs, content } = pending.stanza;
      connection.send(node(tag, { ...attrs, offline: isOffline ? String(index++) : undefined }, content));
    }
  }

  /** It is no linked device any more; nothing will be told to it. */
  unlink(): void {
    this.isUnlinked = true;
    this.outbox.clear();
    this.changed();
  }
}
