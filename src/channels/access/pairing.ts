import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import type { ChannelPairingRepository, ChannelPairingRequest } from "../../store/index.ts";
import type { ChannelMeta } from "../channel.ts";
import type { Chat, Person } from "../inbound-event.ts";
import type { CommandOwner, OwnerClaim } from "./command-owner.ts";
import type { PairingNotice } from "./gate.ts";
import { MAX_META_CHARS, MAX_PENDING_PER_ACCOUNT, MAX_REMEMBERED_NOTICES, PAIRING_TTL_MS } from "./limits.ts";
import { pairingCode, readPairingCode } from "./pairing-code.ts";
import { pairingText } from "./pairing-notice.ts";

export interface PairingDeps {
  readonly repository: ChannelPairingRepository;
  readonly owner: Pick<CommandOwner, "claim">;
  readonly ids: Pick<Ids, "hex">;
  readonly log: Logger;
  /** The gateway's, for the command that the owner is told. */
  readonly profile?: string | undefined;
}

/** A stranger in a direct chat. */
export interface Stranger {
  readonly meta: Pick<ChannelMeta, "id" | "idLabel">;
  readonly accountId: string;
  readonly person: Person;
  readonly chat: Chat;
}

export interface PendingRequest extends ChannelPairingRequest {
  readonly expiresAt: number;
}

/** Which request is meant; codes are unique within an account. */
export interface RequestRef {
  readonly channel: string;
  readonly accountId?: string | undefined;
  readonly code: string;
}

export interface Approved {
  readonly request: ChannelPairingRequest;
  readonly owner: OwnerClaim | "not-requested";
}

/** How strangers are let in to direct chats: they get a code, and the owner approves it. Takes effect at once. */
export class Pairing {
  readonly #deps: PairingDeps;
  /** Codes a notice was made for in this process, with the sender. */
  readonly #told = new Map<string, string>();

  constructor(deps: PairingDeps) {
    this.#deps = deps;
  }

  /** Files a stranger's request. A notice when they are to be told; nothing when they were, or too many wait. @throws StoreError */
  async ask({ meta, accountId, person, chat }: Stranger): Promise<PairingNotice | undefined> {
    const filed = await this.#deps.repository.file(
      {
        channel: meta.id,
        accountId,
        senderId: person.id,
        code: pairingCode(this.#deps.ids),
        meta: describe(person, chat),
      },
      { ttlMs: PAIRING_TTL_MS, maxPending: MAX_PENDING_PER_ACCOUNT },
    );
    if (filed.state === "full") {
      this.#deps.log.debug("pairing request ignored: too many wait", {
        channel: meta.id,
        account: accountId,
      });
      return undefined;
    }
    const { code } = filed.request;
    const sender = JSON.stringify([meta.id, accountId, person.id]);
    // What an earlier process filed may not have been told of any more: the key keeps it from being said twice.
    if (filed.state === "known" && this.#told.get(sender) === code) return undefined;
    this.#remember(sender, code);
    if (filed.state === "new") {
      this.#deps.log.info("pairing requested", { channel: meta.id, account: accountId, sender: person.id });
    }
    return { key: `${sender}${code}`, code, text: pairingText(meta, person.id, code, this.#deps.profile) };
  }

  /** True for a person who was let in by approval. */
  async isAllowed(channel: string, accountId: string, person: Person): Promise<boolean> {
    return person.isChat !== true && this.#deps.repository.isAllowed(channel, accountId, person.id);
  }

  /** Who waits, oldest first. */
  async pending(channel?: string, accountId?: string): Promise<readonly PendingRequest[]> {
    const requests = await this.#deps.repository.pending(PAIRING_TTL_MS, channel, accountId);
    return requests.map((request) => ({ ...request, expiresAt: request.createdAt + PAIRING_TTL_MS }));
  }

  /** Lets somebody in, and makes them the owner if wanted and there is none. Undefined when nobody waits with this code. @throws StoreError */
  async approve(
    { channel, accountId, code }: RequestRef,
    options: { readonly claimOwner: boolean },
  ): Promise<Approved | undefined> {
    const { repository, owner, log } = this.#deps;
    const request = await repository.approve(channel, readPairingCode(code), PAIRING_TTL_MS, accountId);
    if (request === undefined) return undefined;
    log.info("pairing approved", { channel, account: request.accountId, sender: request.senderId });
    return {
      request,
      owner: options.claimOwner ? await owner.claim(channel, request.senderId) : "not-requested",
    };
  }

  /** Forgets a request; whoever made it may ask again. Undefined when there is no such code. @throws StoreError */
  async dismiss({ channel, accountId, code }: RequestRef): Promise<ChannelPairingRequest | undefined> {
    return this.#deps.repository.dismiss(channel, readPairingCode(code), accountId);
  }

  #remember(sender: string, code: string): void {
    this.#told.delete(sender);
    this.#told.set(sender, code);
    const [oldest] = this.#told.keys();
    if (this.#told.size > MAX_REMEMBERED_NOTICES && oldest !== undefined) this.#told.delete(oldest);
  }
}

/** What helps the owner to recognise a stranger. */
function describe(person: Person, chat: Chat): Record<string, string> {
  const facts = { name: person.name, username: person.username, chatId: chat.id };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([key, value]) =>
      value === undefined || value === "" ? [] : [[key, value.slice(0, MAX_META_CHARS)]],
    ),
  );
}
