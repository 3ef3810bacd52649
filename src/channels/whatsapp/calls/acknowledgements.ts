import type { BinaryNode, WASocket } from "@whiskeysockets/baileys";
import type { Clock } from "../../../lib/clock.ts";
import { SendError } from "../../outbound-message.ts";
import { ACK_TIMEOUT_MS } from "./limits.ts";

/** What the server's refusals mean, by their number. */
const REFUSALS: Readonly<Record<string, string>> = {
  "403": "this account may not write there",
  "404": "there is no such chat",
  "420": "this account is not a member of the group",
  "463": "WhatsApp does not let this account begin new chats at present",
};

/** Refusals that pass. */
const PASSING = new Set(["408", "429", "479", "500", "503"]);

/** Waits for the server to say that it has a message. The library itself is content with having written it. */
export class Acknowledgements {
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
  readonly #clock: Clock;

  constructor(wire: Pick<WASocket, "ws">, clock: Clock) {
    this.#clock = clock;
    wire.ws.on("CB:ack,class:message", ({ attrs }: BinaryNode) => {
      const { id = "", error } = attrs;
      const waiting = this.#waiting.get(id);
      if (error === undefined) waiting?.resolve();
      else waiting?.reject(refusal(error));
    });
  }

  /** Makes a call and settles when the server has the message. @throws SendError */
  async of(id: string, signal: AbortSignal, call: () => Promise<unknown>): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(id, waiting);
    // Whoever waits hears of it; nobody else may.
    waiting.promise.catch(() => undefined);
    const doubt = (why: string) => waiting.reject(new SendError("uncertain", why));
    const timer = this.#clock.after(ACK_TIMEOUT_MS, () =>
      doubt(`WhatsApp did not acknowledge the message within ${ACK_TIMEOUT_MS / 1_000} s`),
    );
    const onAbort = () => doubt("it was broken off");
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await call();
      await waiting.promise;
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", onAbort);
      this.#waiting.delete(id);
    }
  }

  /** The connection ended: nobody knows of what was under way. */
  close(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new SendError("uncertain", "the connection to WhatsApp ended"));
    }
    this.#waiting.clear();
  }
}

function refusal(code: string): SendError {
  if (PASSING.has(code)) return new SendError("busy", `WhatsApp did not take the message now (${code}).`);
  const meaning = REFUSALS[code] ?? "it did not take the message";
  return new SendError("refused", `WhatsApp refused it: ${meaning} (${code}).`);
}
