import { jidDecode } from "@whiskeysockets/baileys";
import { randomBytes } from "node:crypto";
import type { Account } from "./account.ts";
import type { Companion } from "./companion.ts";
import type { Group } from "./group.ts";
import { MediaStore } from "./media.ts";

/** A message that a device may ask for again. */
export interface Resendable {
  readonly id: string;
  /** The device could not read it; it gets it again, `count` tells which time. */
  again(companion: Companion, count: number): Promise<void>;
  /** The device says what became of it. */
  acknowledge(companion: Companion, type: string): void;
}

/** Everybody and everything there is. */
export class World {
  readonly accounts = new Map<string, Account>();
  readonly groups = new Map<string, Group>();
  readonly media: MediaStore;
  /** What people said, by id. */
  readonly said = new Map<string, Resendable>();
  #count = 0;

  constructor(
    /** Called whenever something changed, so that those who wait look again. */
    readonly changed: () => void,
  ) {
    this.media = new MediaStore();
  }

  add<A extends Account>(account: A): A {
    this.accounts.set(account.jid("pn"), account);
    this.accounts.set(account.jid("lid"), account);
    return account;
  }

  /** Whom a jid names, whichever device. */
  account(jid: string | undefined): Account | undefined {
    const { user, server } = jidDecode(jid) ?? {};
    return this.accounts.get(`${user}@${server === "c.us" ? "s.whatsapp.net" : server}`);
  }

  /** The chat a jid names. */
  chat(jid: string | undefined): Account | Group | undefined {
    return this.groups.get(jid ?? "") ?? this.account(jid);
  }

  /** A device is linked no more. */
  unlink(companion: Companion): void {
    this.account(companion.jid)?.companions.delete(companion.id);
    companion.unlink();
  }

  /** Each account once. */
  get everybody(): Account[] {
    return [...new Set(this.accounts.values())];
  }

  number(): number {
    this.#count += 1;
    return this.#count;
  }

  /** An id as phones make them. */
  messageId(): string {
    return `3A${randomBytes(9).toString("hex").toUpperCase()}`;
  }
}
