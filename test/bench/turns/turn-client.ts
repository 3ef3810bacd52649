import { PATIENCE_MS, type WireClient, type WireFrame, within } from "../../support/index.ts";
import { epochMs } from "./gateway.ts";

/** One turn as its client saw it. */
export interface TurnTimes {
  readonly sentAt: number;
  /** Epoch ms of the first piece of the answer, and the piece. */
  readonly firstAt: number;
  readonly firstText: string;
}

/** Says things and waits for the ends of the answers; forgets every frame, so that long runs stay small. */
export class TurnClient {
  readonly #client: WireClient;
  readonly #waiting = new Map<string, (payload: Readonly<Record<string, unknown>>) => void>();

  constructor(client: WireClient) {
    this.#client = client;
    client.onFrame = (frame) => this.#heard(frame);
  }

  /** One whole turn in a session. Throws when it fails. */
  async turn(sessionKey: string, message: string): Promise<TurnTimes> {
    const runId = crypto.randomUUID();
    const end = Promise.withResolvers<void>();
    let firstAt = 0;
    let firstText = "";
    this.#waiting.set(runId, (payload) => {
      if (payload.state === "delta" && firstAt === 0) {
        firstAt = epochMs();
        firstText = String(payload.deltaText);
      }
      if (payload.state === "final") end.resolve();
      if (payload.state === "error") end.reject(new Error(String(payload.errorMessage)));
    });
    const sentAt = epochMs();
    try {
      this.#client.send({
        type: "req",
        id: runId,
        method: "chat.send",
        params: { sessionKey, message, idempotencyKey: runId },
      });
      await within(`the answer to ${message}`, end.promise, PATIENCE_MS);
    } finally {
      this.#waiting.delete(runId);
    }
    return { sentAt, firstAt, firstText };
  }

  #heard(frame: WireFrame): void {
    if (frame.type === "res" && frame.ok === false) {
      this.#waiting.get(String(frame.id))?.({ state: "error", errorMessage: JSON.stringify(frame.error) });
    }
    if (frame.event !== "chat") return;
    const payload = frame.payload as Readonly<Record<string, unknown>>;
    this.#waiting.get(String(payload.runId))?.(payload);
  }
}
