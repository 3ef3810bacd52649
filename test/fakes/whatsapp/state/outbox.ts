import type { BinaryNode } from "../wire/index.ts";

/** Something for a device that it has not confirmed yet. */
export interface Pending {
  readonly stanza: BinaryNode;
  /** How often it was sent. */
  attempts: number;
  state: "waiting" | "sent" | "confirmed";
}

/** What a device is to be told, in order; a stanza stays until the device confirms it and is told again till then. */
export class Outbox {
  #pending: Pending[] = [];

  /** What is not confirmed, oldest first. */
  get pending(): readonly Pending[] {
    return this.#pending;
  }

  get waiting(): readonly Pending[] {
    return this.#pending.filter(({ state }) => state === "waiting");
  }

  add(stanza: BinaryNode): Pending {
    const pending: Pending = { stanza, attempts: 0, state: "waiting" };
    this.#pending.push(pending);
    return pending;
  }

  /** The device has this one; of several with the same name the oldest that was sent. */
  confirm(tag: string, id: string | undefined): boolean {
    const found = this.#pending.find(
      ({ stanza, attempts }) => attempts > 0 && stanza.tag === tag && stanza.attrs.id === id,
    );
    if (!found) return false;
    found.state = "confirmed";
    this.#pending = this.#pending.filter((one) => one !== found);
    return true;
  }

  /** The connection is gone: whatever was sent and not confirmed is to be sent again. */
  rewind(): void {
    for (const pending of this.#pending) pending.state = "waiting";
  }

  clear(): void {
    this.#pending = [];
  }
}
