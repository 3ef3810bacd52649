import { GatewayRequestError, isRecord } from "../../../client/browser/index.ts";
import type { ChatAttachment, chat, sessions } from "../../../protocol/index.ts";
import type { Live } from "../live/live.ts";
import { Observable } from "../observable.ts";
import { HISTORY_PAGE, SEND_TIMEOUT_MS } from "./limits.ts";
import {
  entriesOf,
  NOTHING_SAID,
  type Transcript,
  withChat,
  withMessage,
  withoutSent,
  withSent,
  withTool,
} from "./transcript.ts";

/** A file that goes with a message: base64, and for pictures an address to draw it from. */
export interface Outgoing {
  readonly name: string;
  readonly mimeType: string;
  readonly base64: string;
  readonly preview: string | undefined;
}

/** One session as it is talked in: what was said, what is being said, and saying something. */
export class Conversation {
  readonly transcript = new Observable<Transcript>(NOTHING_SAID);
  readonly trouble = new Observable<string | undefined>(undefined);
  readonly isLoading = new Observable(true);
  /** Where the page before the oldest message begins; undefined when there is none. */
  readonly earlierFrom = new Observable<number | undefined>(undefined);
  #stops: (() => void)[] = [];
  #loads = 0;

  constructor(
    private readonly live: Live,
    readonly sessionKey: string,
  ) {}

  /** Begins to listen, and reads what was said. */
  open(): void {
    const { client, epoch } = this.live;
    this.#stops = [
      client.onEvent("session.message", ({ payload }) => this.#heard(payload, "message")),
      client.onEvent("session.tool", ({ payload }) => this.#heard(payload, "tool")),
      client.onEvent("chat", ({ payload }) => this.#heard(payload, "chat")),
      epoch.on(() => void this.#load()),
    ];
    client
      .request<typeof sessions.messagesSubscribe>("sessions.messages.subscribe", { key: this.sessionKey })
      .then(
        () => this.#load(),
        (error: unknown) => this.#fail(error),
      );
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.live.client
      .request<typeof sessions.messagesUnsubscribe>("sessions.messages.unsubscribe", { key: this.sessionKey })
      // The connection is gone, and with it the subscription.
      .catch(() => {});
  }

  /** Says something. Resolves to false, with the reason in `trouble`, when it was not taken. */
  async say(message: string, files: readonly Outgoing[]): Promise<boolean> {
    const runId = crypto.randomUUID();
    const images = files.flatMap(({ preview }) => preview ?? []);
    this.trouble.set(undefined);
    this.#become(
      withSent(this.transcript.value, {
        kind: "person",
        id: runId,
        runId,
        text: message,
        images,
        at: Date.now(),
      }),
    );
    try {
      const answer = await this.live.client.request<typeof chat.chatSend>(
        "chat.send",
        {
          sessionKey: this.sessionKey,
          message,
          idempotencyKey: runId,
          ...(files.length > 0 && { attachments: files.map(attachmentOf) }),
        },
        { timeoutMs: SEND_TIMEOUT_MS },
      );
      // A command such as /stop is carried out at once and has no run.
      if (answer.runId === undefined) this.#become(withoutSent(this.transcript.value, runId));
      return true;
    } catch (error) {
      this.#fail(error);
      // Otherwise nobody knows whether it arrived; the transcript says so after the next connection.
      if (error instanceof GatewayRequestError) this.#become(withoutSent(this.transcript.value, runId));
      return !(error instanceof GatewayRequestError);
    }
  }

  /** Ends the answer that is being given. */
  async stop(): Promise<void> {
    try {
      await this.live.client.request<typeof chat.chatAbort>("chat.abort", { sessionKey: this.sessionKey });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reads the page before the oldest message. */
  async earlier(): Promise<void> {
    const offset = this.earlierFrom.value;
    if (offset === undefined) return;
    try {
      const page = await this.live.client.request<typeof chat.chatHistory>("chat.history", {
        sessionKey: this.sessionKey,
        limit: HISTORY_PAGE,
        offset,
      });
      if (!("messages" in page) || "kind" in page) return;
      const known = new Set(this.transcript.value.entries.map(({ id }) => id));
      const before = entriesOf(page.messages).filter(({ id }) => !known.has(id));
      this.earlierFrom.set(page.hasMore === true ? page.nextOffset : undefined);
      this.#become({ ...this.transcript.value, entries: [...before, ...this.transcript.value.entries] });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #load(): Promise<void> {
    const mine = ++this.#loads;
    try {
      const page = await this.live.client.request<typeof chat.chatStartup>("chat.startup", {
        sessionKey: this.sessionKey,
        limit: HISTORY_PAGE,
      });
      if (mine !== this.#loads) return;
      const running = page.inFlightRun;
      this.earlierFrom.set(page.hasMore === true ? page.nextOffset : undefined);
      this.#become({
        entries: entriesOf([...page.messages, ...page.pendingInputs.items.map(({ message }) => message)]),
        running: running && { runId: running.runId, text: running.text },
      });
      this.isLoading.set(false);
    } catch (error) {
      if (mine === this.#loads) this.#fail(error);
    }
  }

  #heard(payload: unknown, kind: "message" | "tool" | "chat"): void {
    if (!isRecord(payload) || payload.sessionKey !== this.sessionKey) return;
    const before = this.transcript.value;
    switch (kind) {
      case "message":
        return this.#become(withMessage(before, payload.message));
      case "tool":
        return this.#become(withTool(before, payload));
      case "chat":
        return this.#become(withChat(before, payload, Date.now()));
      default:
        return kind satisfies never;
    }
  }

  #become(transcript: Transcript): void {
    this.transcript.set(transcript);
  }

  #fail(error: unknown): void {
    this.isLoading.set(false);
    this.trouble.set(error instanceof Error ? error.message : String(error));
  }
}

function attachmentOf({ name, mimeType, base64, preview }: Outgoing): ChatAttachment {
  return {
    type: preview === undefined ? "file" : "image",
    fileName: name,
    content: base64,
    ...(mimeType !== "" && { mimeType }),
  };
}
