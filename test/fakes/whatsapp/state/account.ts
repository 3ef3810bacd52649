import { jidEncode } from "@whiskeysockets/baileys";
import { SignalPeer } from "../signal/index.ts";
import { type Addressing, SERVERS } from "./addressing.ts";
import type { Companion } from "./companion.ts";

export interface AccountOptions {
  /** The name it shows; its number when not given. */
  readonly name?: string;
  /** Digits of the number that hides its phone number. */
  readonly lid?: string;
  /** How it is named in direct chats; by phone number when not given. */
  readonly addressing?: Addressing;
}

/** An account of WhatsApp: a phone, and the devices linked to it. */
export class Account {
  readonly kind = "account";
  /** The phone's own Signal identity. */
  readonly primary = new SignalPeer();
  readonly companions = new Map<number, Companion>();
  readonly number: string;
  readonly lid: string;
  readonly addressing: Addressing;
  readonly #keyHolders = new Map<string, Set<string>>();
  name: string;

  constructor(number: string, options: AccountOptions) {
    this.number = number.replace(/\D/g, "");
    this.lid = options.lid ?? `1${this.number.padStart(13, "0")}9`;
    this.addressing = options.addressing ?? "pn";
    this.name = options.name ?? `+${this.number}`;
  }

  /** Its name, or that of one of its devices. */
  jid(addressing: Addressing, device?: number): string {
    return jidEncode(addressing === "pn" ? this.number : this.lid, SERVERS[addressing], device || undefined);
  }

  /** The devices that can read what this account says in a group. */
  keyHolders(group: string): Set<string> {
    const holders = this.#keyHolders.get(group) ?? new Set<string>();
    this.#keyHolders.set(group, holders);
    return holders;
  }
}
