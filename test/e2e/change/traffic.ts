import { type GatewayProcess, WireClient } from "../../support/index.ts";
import { objectOf } from "../turns/support/index.ts";

/** What a client waits before it asks again. */
const RETRY_MS = 20;

/** A client that behaves: it comes back after a restart, and asks again what it was told to ask again. */
export class Caller {
  #client: WireClient | undefined;
  #connects = 0;

  constructor(private readonly gateway: GatewayProcess) {}

  /** How often it connected. */
  get connects(): number {
    return this.#connects;
  }

  /** The payload of the answer. @throws Error for a refusal that asking again would not change */
  async call(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const client = (this.#client ??= await this.#connect());
      const answer = await client.request(method, params, 30_000).catch((error: unknown) => {
        if (!String(error).includes("socket")) throw error;
        return undefined;
      });
      if (answer?.ok) return objectOf(answer.payload);
      if (answer?.error && answer.error.retryable !== true) {
        throw new Refused(`${method}: ${answer.error.code} ${answer.error.message}`);
      }
      if (!answer) this.#client = undefined;
      await Bun.sleep(RETRY_MS);
    }
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  async #connect(): Promise<WireClient> {
    for (;;) {
      const client = await WireClient.open(this.gateway.wsUrl);
      this.#connects += 1;
      const hello = await client.connect({ auth: { token: this.gateway.token } }).catch(() => undefined);
      if (hello?.ok) return client;
      if (hello && hello.error?.retryable !== true) throw new Error(`not let in: ${hello.error?.message}`);
      await client.close().catch(() => undefined);
      await Bun.sleep(RETRY_MS);
    }
  }
}

/** The gateway said no. */
export class Refused extends Error {}

/** People at work: requests of every kind without end, each of which must be answered. */
export class Traffic {
  readonly failures: string[] = [];
  readonly answered = { http: 0, completions: 0, calls: 0, turns: 0 };
  readonly #callers: Caller[] = [];
  readonly #work: Promise<void>[] = [];
  #isOver = false;

  constructor(private readonly gateway: GatewayProcess) {}

  start(): void {
    this.#keepOn(async () => {
      const { text } = await this.#http("/v1/models");
      if (!text.includes("openclaw")) throw new Error(`/v1/models: ${text}`);
      this.answered.http += 1;
    }, 5);
    let said = 0;
    this.#keepOn(async () => {
      const word = `word${(said += 1)}`;
      const messages = [{ role: "user", content: `ECHO ${word}` }];
      const { text } = await this.#http("/v1/chat/completions", { model: "openclaw", messages });
      if (!text.includes(word)) throw new Error(`completion of ${word}: ${text}`);
      this.answered.completions += 1;
    }, 60);
    const caller = this.#caller();
    this.#keepOn(async () => {
      await caller.call("health");
      this.answered.calls += 1;
    }, 5);
    for (const session of ["one", "two"]) this.#talk(session);
  }

  /** Ends once everything asked for was answered. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#work);
    for (const caller of this.#callers) await caller.close();
  }

  #talk(session: string): void {
    const caller = this.#caller();
    let said = 0;
    this.#keepOn(async () => {
      const word = `${session}-${(said += 1)}`;
      const sessionKey = `agent:main:${session}`;
      await caller.call("chat.send", { sessionKey, message: `ECHO ${word}`, idempotencyKey: word });
      const { status, terminalReply } = await caller.call("agent.wait", { runId: word, timeoutMs: 20_000 });
      const { text } = objectOf(terminalReply);
      if (status !== "ok" || text !== word) throw new Error(`${word}: ${String(status)} ${String(text)}`);
      this.answered.turns += 1;
    }, 60);
  }

  #caller(): Caller {
    const caller = new Caller(this.gateway);
    this.#callers.push(caller);
    return caller;
  }

  async #http(path: string, body?: object): Promise<{ readonly text: string }> {
    const response = await fetch(`${this.gateway.httpUrl}${path}`, {
      headers: { authorization: `Bearer ${this.gateway.token}`, "content-type": "application/json" },
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
    return { text };
  }

  #keepOn(act: () => Promise<void>, pauseMs: number): void {
    const work = async (): Promise<void> => {
      while (!this.#isOver) {
        await act().catch((error: unknown) => this.failures.push(String(error)));
        await Bun.sleep(pauseMs);
      }
    };
    this.#work.push(work());
  }
}
