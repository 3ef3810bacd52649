import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ApiError, errorOf } from "./errors.ts";
import { type Fault, Faults } from "./faults.ts";
import { readParams } from "./http/body.ts";
import { Params } from "./http/params.ts";
import { type Answer, send } from "./http/responder.ts";
import { Call, Journal } from "./journal.ts";
import { methodNamed } from "./methods/index.ts";
import { type RateLimits, RateLimiter, TELEGRAM_LIMITS } from "./rates.ts";
import type { Bot } from "./state/bot.ts";
import type { Chat } from "./state/chat.ts";
import { World } from "./state/world.ts";
import { Stage } from "./stage.ts";
import { freePort } from "../../support/port.ts";

export interface FakeTelegramOptions {
  readonly port?: number;
  /** Limits bots to Telegram's rates, or to these; unlimited when not given. */
  readonly limits?: true | Partial<RateLimits>;
  /** Pause before a webhook is tried again; 1 s on Telegram. */
  readonly webhookRetryMs?: number;
  /** How long a bot that asks for the same updates again is held back; 3 s on Telegram. */
  readonly repeatPauseMs?: number;
  /** Epoch ms, for the dates of messages and for rates. */
  readonly now?: () => number;
  /** Only the newest so many calls are kept. */
  readonly keep?: number;
}

/** How the whole server behaves. `black-hole`: connections are taken and nothing ever comes back on them. */
export type Reachability = "up" | "black-hole" | "offline";

/**
 * Nobody finds a connection closed that was quiet for a while: a call that is made while it closes is lost, and then nobody knows
 * whether it arrived. Longer than callers keep one.
 */
const KEEP_ALIVE_MS = 600_000;

/** Beside the ports that gateways are told, where the system gives nobody one by chance. */
const PORT_BESIDE = 1;

const TOKEN = /^\d+:[A-Za-z0-9_-]+$/;

/**
 * Telegram's Bot API on a loopback port, with the people and chats behind it. `node:http` serves it, since it can take
 * a connection and stay silent, and break one off in the middle of an answer.
 */
export class FakeTelegram extends Stage implements AsyncDisposable {
  readonly journal: Journal;
  readonly faults = new Faults();

  readonly #options: FakeTelegramOptions;
  readonly #limiter: RateLimiter | undefined;
  readonly #open = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;
  #reachability: Reachability = "up";

  private constructor(options: FakeTelegramOptions) {
    const journal = new Journal(options.keep);
    super(new World(() => journal.stir(), options.now, options.repeatPauseMs));
    this.journal = journal;
    this.#options = options;
    const { limits } = options;
    if (limits) {
      const all = { ...TELEGRAM_LIMITS, ...(limits === true ? {} : limits) };
      this.#limiter = new RateLimiter(all, options.now);
    }
  }

  /** Listens on 127.0.0.1, unless told otherwise on a port that nobody is given while it is offline. */
  static async start(options: FakeTelegramOptions = {}): Promise<FakeTelegram> {
    const fake = new FakeTelegram(options);
    if (options.port === undefined) await fake.#listenAnywhere();
    else await fake.#listen(options.port);
    return fake;
  }

  get port(): number {
    return this.#port;
  }

  /** What a client has for `https://api.telegram.org`. */
  get apiRoot(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get reachability(): Reachability {
    return this.#reachability;
  }

  /** Takes connections and answers nothing, also to what is under way, until `recover`. */
  blackHole(): void {
    this.#reachability = "black-hole";
  }

  /** Closes the port and every connection. */
  async goOffline(): Promise<void> {
    this.#reachability = "offline";
    await this.#close();
  }

  /** Answers again, on the same port. What was swallowed meanwhile stays without an answer. */
  async recover(): Promise<void> {
    const wasOffline = this.#reachability === "offline";
    this.#reachability = "up";
    if (wasOffline) await this.#listen(this.#port);
  }

  /** Breaks every open connection, long polls too. */
  breakConnections(): void {
    for (const response of this.#open) response.socket?.destroy();
  }

  async stop(): Promise<void> {
    for (const bot of this.world.bots.values()) bot.close();
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #listenAnywhere(): Promise<void> {
    for (;;) {
      try {
        return await this.#listen((await freePort()) + PORT_BESIDE);
      } catch (error) {
        // Another fake has it.
        if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
      }
    }
  }

  async #listen(port: number): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    // A long poll is silent for 50 s, a black hole for ever.
    server.requestTimeout = 0;
    server.timeout = 0;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
    await promise;
    const address = server.address();
    if (typeof address === "object" && address) this.#port = address.port;
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    for (const response of this.#open) response.socket?.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeAllConnections();
    await promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = performance.timeOrigin + performance.now();
    this.#open.add(response);
    response.once("close", () => this.#open.delete(response));
    const url = new URL(request.url ?? "/", "http://fake");
    const [, token = "", method = ""] = /^\/(?:file\/)?bot([^/]+)\/(.*)$/.exec(url.pathname) ?? [];
    const isFile = url.pathname.startsWith("/file/");
    let failure: ApiError | undefined;
    const params = await readParams(request, url).catch((error: unknown) => {
      failure = error instanceof ApiError ? error : errorOf(400);
      return new Params({});
    });
    const call = new Call(token, isFile ? "download" : method, params, arrivedAt, headersOf(request));
    this.journal.add(call);
    if (this.#reachability !== "up") return this.#settle(call, "lost");
    const fault = this.faults.strike(call);
    if (isFile) await this.#download(call, decodeURIComponent(method), response, fault);
    else await this.#answer(call, response, fault, failure);
  }

  async #answer(
    call: Call,
    response: ServerResponse,
    fault: Fault | undefined,
    failure: ApiError | undefined,
  ): Promise<void> {
    if (fault && isBefore(fault)) {
      await this.#deliver(call, response, { status: 200, body: {} }, fault);
      return;
    }
    if (fault?.kind === "delay" && !fault.after) await fault.until();
    const answer = await this.#outcome(call, fault, failure);
    call.answer = answer.body;
    this.journal.stir();
    if (fault?.kind === "delay" && fault.after) await fault.until();
    await this.#deliver(call, response, answer, fault);
  }

  async #deliver(
    call: Call,
    response: ServerResponse,
    answer: Answer,
    fault: Fault | undefined,
  ): Promise<void> {
    // A black hole that opened while the call was under way swallows its answer.
    if (this.#reachability !== "up" || response.destroyed) return this.#settle(call, "lost");
    call.status = fault?.kind === "html" ? fault.status : answer.status;
    const isHeard = await send(response, answer, fault);
    this.#settle(call, isHeard ? "answered" : "lost");
  }

  #settle(call: Call, outcome: "answered" | "lost"): void {
    call.outcome = outcome;
    call.answeredAt = performance.timeOrigin + performance.now();
    this.journal.stir();
  }

  async #outcome(call: Call, fault: Fault | undefined, failure: ApiError | undefined): Promise<Answer> {
    try {
      if (fault?.kind === "refuse") throw fault.error;
      const bot = this.#botOf(call.token);
      if (failure) throw failure;
      const method = methodNamed(call.method);
      if (!method) throw new ApiError(404, "Not Found: method not found");
      this.#limiter?.take(call.token, call.method, this.#chatOf(bot, call));
      const { world } = this;
      const webhookRetryMs = this.#options.webhookRetryMs ?? 1000;
      const result = await method({ world, bot, params: call.params, webhookRetryMs });
      return { status: 200, body: { ok: true, result } };
    } catch (error) {
      if (error instanceof ApiError) return { status: error.code, body: error.body };
      console.error(error);
      return { status: 500, body: errorOf(500).body };
    }
  }

  #botOf(token: string): Bot {
    const bot = this.world.bots.get(token);
    if (bot?.isAlive) return bot;
    throw TOKEN.test(token) ? errorOf(401) : errorOf(404);
  }

  #chatOf(bot: Bot, call: Call): Chat | undefined {
    const id = Number(call.chatId);
    return bot.privateChats.get(id) ?? this.world.chats.get(id);
  }

  async #download(
    call: Call,
    path: string,
    response: ServerResponse,
    fault: Fault | undefined,
  ): Promise<void> {
    const file = this.world.bots.has(call.token) ? this.world.files.atPath(path) : undefined;
    if (fault?.kind === "delay") await fault.until();
    const refusal = fault?.kind === "refuse" ? fault.error : file ? undefined : errorOf(404);
    if (refusal)
      return this.#deliver(call, response, { status: refusal.code, body: refusal.body }, undefined);
    if (fault?.kind === "hang" || fault?.kind === "reset" || fault?.kind === "html") {
      return this.#deliver(call, response, { status: 200, body: {} }, fault);
    }
    const bytes = file?.bytes ?? new Uint8Array();
    const isCut = fault?.kind === "truncated" || fault?.kind === "broken-off";
    response.writeHead(200, {
      "content-type": "application/octet-stream",
      "content-length": String(bytes.length),
    });
    call.status = 200;
    if (isCut) {
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
      return this.#settle(call, "lost");
    }
    if (fault?.kind === "slow") {
      for (let at = 0; at < bytes.length; at += 64) {
        response.write(bytes.subarray(at, at + 64));
        await Bun.sleep(fault.pauseMs);
      }
      response.end();
    } else response.end(bytes);
    this.#settle(call, "answered");
  }
}

/** The call does not even reach Telegram. */
function isBefore(fault: Fault): boolean {
  return "after" in fault && !fault.after && fault.kind !== "delay";
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}
