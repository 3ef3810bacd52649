import { type BinaryNode, node } from "../wire/index.ts";
import type { Account } from "./account.ts";
import type { Addressing } from "./addressing.ts";

export interface GroupOptions {
  readonly subject?: string;
  readonly description?: string;
  readonly members?: readonly Account[];
  readonly admins?: readonly Account[];
  readonly addressing?: Addressing;
  /** Digits before `@g.us`. */
  readonly id?: string;
}

/** A group with its members. */
export class Group {
  readonly kind = "group";
  readonly id: string;
  readonly members: Set<Account>;
  readonly admins: Set<Account>;
  readonly addressing: Addressing;
  subject: string;
  description: string | undefined;

  constructor(
    number: string,
    readonly createdAt: number,
    options: GroupOptions,
  ) {
    this.id = `${number}@g.us`;
    this.subject = options.subject ?? "A group";
    this.description = options.description;
    this.members = new Set([...(options.members ?? []), ...(options.admins ?? [])]);
    this.admins = new Set(options.admins);
    this.addressing = options.addressing ?? "pn";
  }

  /** As the server describes it. */
  get node(): BinaryNode {
    const [owner] = this.admins;
    return node(
      "group",
      {
        id: this.id.split("@")[0],
        subject: this.subject,
        s_t: this.createdAt,
        creation: this.createdAt,
        size: this.members.size,
        addressing_mode: this.addressing,
        creator: owner?.jid(this.addressing),
        s_o: owner?.jid(this.addressing),
      },
      [
        ...[...this.members].map((member) => this.participant(member)),
        ...(this.description === undefined
          ? []
          : [
              node("description", { id: "d1", t: this.createdAt }, [
                node("body", {}, Buffer.from(this.description)),
              ]),
            ]),
      ],
    );
  }

  /** As a member is listed. */
  participant(member: Account): BinaryNode {
    const type = this.admins.has(member) ? "admin" : undefined;
    return this.addressing === "lid"
      ? node("participant", { jid: member.jid("lid"), phone_number: member.jid("pn"), type })
      : node("participant", { jid: member.jid("pn"), lid: member.jid("lid"), type });
  }
}
