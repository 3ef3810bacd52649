import type { Deliveries, DeliveryOutcome, DeliveryRequest } from "../../../src/channels/deliveries.ts";
import { SendError } from "../../../src/channels/outbound-message.ts";
import type { NewDelivery } from "../../../src/store/index.ts";

/** A way out that leads nowhere and remembers what was to be sent; outcomes are what a test says. */
export class RecordingDeliveries implements Deliveries {
  readonly delivered: DeliveryRequest[] = [];
  /** What the next delivery leads to. */
  next: () => DeliveryOutcome | Promise<DeliveryOutcome> = () => this.sent();
  private readonly known = new Map<string, DeliveryOutcome>();

  /** A message that arrived. */
  sent(...ids: string[]): DeliveryOutcome {
    const names = ids.length > 0 ? ids : [String(this.delivered.length)];
    const receipts = names.map((messageId) => ({ messageId, chatId: "777", at: 5 }));
    return { state: "sent", id: this.delivered.length, receipts };
  }

  /** An earlier request had this outcome. */
  remember(scope: string, key: string, outcome: DeliveryOutcome): void {
    this.known.set(`${scope}\0${key}`, outcome);
  }

  prepare({ channel, accountId = "default", target, content, origin }: DeliveryRequest): NewDelivery {
    if (content.kind === "message" && content.message.text.includes("REFUSE")) {
      throw new SendError("refused", "the channel cannot show this");
    }
    return { channel, accountId, lane: target.chatId, target, parts: [content], origin, summary: "" };
  }

  dispatch(): void {}

  async deliver(request: DeliveryRequest): Promise<DeliveryOutcome> {
    this.prepare(request);
    this.delivered.push(request);
    const outcome = await this.next();
    const { scope, key } = request.idempotency ?? { scope: "", key: "" };
    this.remember(scope, key, outcome);
    return outcome;
  }

  async recall(scope: string, key: string): Promise<DeliveryOutcome | undefined> {
    return this.known.get(`${scope}\0${key}`);
  }
}
