import type { Logger } from "../../../lib/logger.ts";
import type { RunId } from "../../../protocol/index.ts";
import type { InboxRepository, NewDelivery } from "../../../store/index.ts";
import type { Deliveries, DeliveryRequest } from "../../deliveries.ts";
import type { OutboundMessage } from "../../outbound-message.ts";
import type { Durable } from "../durable.ts";
import type { Entry } from "../lanes/entry.ts";
import type { Scene } from "../hearing.ts";
import type { OpenRows } from "../lanes/open-rows.ts";

/** What is sent with the end of a row. */
export interface Saying {
  readonly scene: Scene;
  readonly messages: readonly OutboundMessage[];
  readonly origin: string;
  readonly runId?: RunId;
  /** The same for every attempt at the same answer. */
  readonly key: string;
}

export interface SettlingDeps {
  readonly inbox: Pick<InboxRepository, "settle" | "bury">;
  readonly deliveries: Pick<Deliveries, "prepare" | "dispatch">;
  readonly durable: Durable;
  readonly open: OpenRows;
  readonly log: Logger;
}

/** Scope of the keys of deliveries that end rows. */
export const REPLY_SCOPE = "inbox";

/** Ends rows: what answers them is in the outbox in the same act. */
export class Settling {
  readonly #deps: SettlingDeps;

  constructor(deps: SettlingDeps) {
    this.#deps = deps;
  }

  /** The keys of what is sent. @throws Stopped, StoreError */
  async settle(entries: readonly Entry[], disposition: string, saying?: Saying): Promise<readonly string[]> {
    const { inbox, deliveries, durable, open } = this.#deps;
    const prepared = saying ? this.#prepared(saying) : [];
    const ids = entries.map(({ row }) => row.id);
    const rows = await durable.act("a message could not be settled", () =>
      inbox.settle(ids, disposition, prepared),
    );
    open.over(entries.map(({ row }) => row));
    deliveries.dispatch(rows);
    return rows.flatMap(({ idempotency }) => (idempotency ? [idempotency.key] : []));
  }

  /** Gives rows up; a person may look at them and try again. @throws Stopped, StoreError */
  async bury(entries: readonly Entry[], why: string): Promise<void> {
    const { inbox, durable, open, log } = this.#deps;
    const ids = entries.map(({ row }) => row.id);
    await durable.act("a message could not be given up", () => inbox.bury(ids, why));
    const { channel = "", accountId = "" } = entries[0]?.row ?? {};
    log.error("a message was given up; look at it with `openclaw message queue list`", {
      channel,
      accountId,
      ids,
      reason: why,
    });
    open.over(entries.map(({ row }) => row));
  }

  /** A person took them out meanwhile. */
  gone(entries: readonly Entry[]): void {
    this.#deps.open.over(entries.map(({ row }) => row));
  }

  #prepared({ scene, messages, origin, runId, key }: Saying): NewDelivery[] {
    const { channel, id } = scene.account;
    return messages.flatMap((message, index) =>
      this.#prepare({
        channel,
        accountId: id,
        target: scene.target,
        content: { kind: "message", message },
        origin,
        sessionKey: scene.route.sessionKey,
        ...(runId !== undefined && { runId }),
        idempotency: { scope: REPLY_SCOPE, key: `${key}#${index}` },
      }),
    );
  }

  /** A file that cannot be sent takes nothing away from the words beside it. */
  #prepare(request: DeliveryRequest & { content: { kind: "message" } }): NewDelivery[] {
    const { deliveries, log } = this.#deps;
    try {
      return [deliveries.prepare(request)];
    } catch (error) {
      const { channel, accountId, runId, content } = request;
      log.warn("an answer cannot be sent as it is", { channel, accountId, runId, error });
      const { media, ...rest } = content.message;
      if (!media || media.length === 0) return [];
      const reason = error instanceof Error ? error.message : String(error);
      const text = [rest.text, `⚠️ A file could not be sent: ${reason}`].filter((part) => part !== "");
      const message = { ...rest, text: text.join("\n\n") };
      return this.#prepare({ ...request, content: { kind: "message", message } });
    }
  }
}
