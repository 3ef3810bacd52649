import type { Logger } from "../../lib/logger.ts";
import type { SessionKey } from "../../protocol/index.ts";
import type { Accounts } from "../accounts/index.ts";
import type { Conversations } from "../conversations.ts";
import type { Deliveries, DeliveryRequest } from "../deliveries.ts";
import type { Receipt } from "../outbound-message.ts";
import type { Address } from "./address.ts";
import { SEND_PATIENCE_MS, SEND_PATIENCE_UNREACHED_MS } from "./limits.ts";
import { arrived, type ReceiptFacts, unpreparedFailure } from "./outcomes.ts";

/** A message that is ready to be sent. */
export interface Errand {
  readonly address: Address;
  readonly content: DeliveryRequest["content"];
  readonly origin: string;
  /** The conversation that is told of it. */
  readonly sessionKey?: SessionKey | undefined;
}

/** Names a request among all there ever were. */
export interface RequestName {
  readonly scope: string;
  readonly key: string;
}

export interface SendingDeps {
  readonly accounts: Pick<Accounts, "connection">;
  readonly deliveries: Deliveries;
  readonly conversations: Pick<Conversations, "mirror">;
  readonly log: Logger;
}

/** Hands messages to the outbox, each request once. */
export class Sending {
  constructor(private readonly deps: SendingDeps) {}

  /** Sends, unless a request of this name came before: then what that one led to is the answer. @throws ProtocolError */
  async deliver(
    name: RequestName,
    facts: ReceiptFacts,
    errand: () => Promise<Errand>,
  ): Promise<readonly Receipt[]> {
    const { deliveries } = this.deps;
    const before = await deliveries.recall(name.scope, name.key);
    if (before && before.state !== "pending") return arrived(before, facts);
    const ready = await errand();
    const outcome = await deliveries
      .deliver({ ...requestOf(ready), idempotency: name }, this.patience(ready))
      .catch((error: unknown) => {
        throw unpreparedFailure(error);
      });
    const receipts = arrived(outcome, facts);
    await this.mirror(ready);
    return receipts;
  }

  /** Does all but sending. @throws ProtocolError for what could not be sent */
  rehearse(errand: Errand): void {
    try {
      this.deps.deliveries.prepare(requestOf(errand));
    } catch (error) {
      throw unpreparedFailure(error);
    }
  }

  private patience({ address: { channel, account } }: Errand): number {
    const status = this.deps.accounts.connection(channel.meta.id, account.id)?.status();
    return status?.lifecycle === "recovering" ? SEND_PATIENCE_UNREACHED_MS : SEND_PATIENCE_MS;
  }

  /** The conversation learns what was sent into its chat. Best effort: the message has arrived. */
  private async mirror({ sessionKey, content }: Errand): Promise<void> {
    if (sessionKey === undefined) return;
    try {
      await this.deps.conversations.mirror(sessionKey, wordsOf(content));
    } catch (error) {
      this.deps.log.warn("what was sent could not be written into the transcript", { sessionKey, error });
    }
  }
}

function requestOf({ address, content, origin, sessionKey }: Errand): DeliveryRequest {
  return {
    channel: address.channel.meta.id,
    accountId: address.account.id,
    target: address.target,
    content,
    origin,
    ...(sessionKey !== undefined && { sessionKey }),
  };
}

function wordsOf(content: DeliveryRequest["content"]): string {
  if (content.kind === "poll") {
    const { question, options } = content.poll;
    return [question, ...options.map((option) => `• ${option}`)].join("\n");
  }
  const { text, media = [] } = content.message;
  const files = media.map(({ name, source }) => `[${name ?? shortSource(source)}]`);
  return [text, ...files].filter((part) => part !== "").join("\n");
}

/** A place of a file that is short enough to be shown; data is not. */
export function shortSource(source: string): string {
  return source.startsWith("data:") ? `${source.slice(0, source.indexOf(","))},…` : source;
}
