import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { within } from "../../support/wait.ts";
import { catalogue, embeddings } from "./catalogue.ts";
import { play, speaks } from "./player.ts";
import { type JsonObject, type ModelApi, ModelRequest } from "./request.ts";
import { scenarioReply } from "./scenarios.ts";
import { fail, overflow, type Reply, type Usage } from "./script.ts";

/** Quiet connections stay open, longer than callers keep one: a call that is made while one closes fails by chance. */
const KEEP_ALIVE_MS = 600_000;

/** Looks at a request and answers it, or leaves it to the next rule. */
export type Rule = (request: ModelRequest) => Reply | undefined;

export interface FakeOptions {
  /** Models listed and answered for; any other model is answered for too unless `strictModels`. */
  readonly models?: readonly string[];
  /** Unknown models are refused with 404. */
  readonly strictModels?: boolean;
  /** Requests that show another key are refused with 401. */
  readonly apiKey?: string;
  /** Prompts above it (four characters a token) are refused as too long. */
  readonly contextTokens?: number;
  /** What answers cost unless they say otherwise; `estimated` counts four characters a token. */
  readonly usage?: Usage | "estimated";
  /** Pause between the chunks of plain answers. */
  readonly paceMs?: number;
  /** Only the newest so many requests are kept. */
  readonly keep?: number;
  readonly port?: number;
}

/** What the recorded peer always counted. */
const USAGE: Usage = { input: 100, output: 20 };
const MODELS = ["mock-1", "mock-2", "mock-embedding"];
const KEEP = 10_000;

/**
 * A model provider on a loopback port: OpenAI chat completions, Responses and embeddings, Anthropic Messages,
 * model lists. Answers as rules say, newest first, and otherwise as the last user message asks (scenarios.ts).
 *
 * Speaks through `node:http`, since `Bun.serve` holds the headers of a streamed body back until its first byte,
 * which makes "headers, then silence" impossible.
 */
export class FakeModelProvider implements AsyncDisposable {
  /** Everything asked of a model (chat, responses, messages, embeddings), oldest first. */
  readonly requests: ModelRequest[] = [];
  /** Everything else that was asked (model lists, unknown paths). */
  readonly lookups: ModelRequest[] = [];

  readonly #options: FakeOptions;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #rules: Rule[] = [];
  readonly #queue: Reply[] = [];
  readonly #open = new Set<ServerResponse>();
  readonly #waiting = new Set<() => void>();

  private constructor(options: FakeOptions) {
    this.#options = options;
  }

  /** Listens on 127.0.0.1, on a port of the system's choice unless one is given. */
  static async start(options: FakeOptions = {}): Promise<FakeModelProvider> {
    const fake = new FakeModelProvider(options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    fake.#server.keepAliveTimeout = KEEP_ALIVE_MS;
    fake.#server.once("error", reject);
    fake.#server.listen(options.port ?? 0, "127.0.0.1", () => resolve());
    await promise;
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `http://127.0.0.1:port`: base URL for Anthropic clients and Ollama detection. */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Base URL for OpenAI clients. */
  get openAiUrl(): string {
    return `${this.origin}/v1`;
  }

  /** Adds a rule before all others; returns what removes it. */
  on(rule: Rule): () => void {
    this.#rules.unshift(rule);
    return () => {
      const index = this.#rules.indexOf(rule);
      if (index >= 0) this.#rules.splice(index, 1);
    };
  }

  /** Queues replies: each answers one request, before any rule. */
  next(...replies: readonly Reply[]): void {
    this.#queue.push(...replies);
  }

  /** The oldest recorded request for which `wanted` is true, waiting for it when it has not come yet. */
  async request(
    what: string,
    wanted: (request: ModelRequest) => boolean = () => true,
  ): Promise<ModelRequest> {
    return within(`${what} to reach the model`, this.#find(wanted));
  }

  /** The requests whose last user message contains `said`. */
  about(said: string): ModelRequest[] {
    return this.requests.filter((request) => request.userText.includes(said));
  }

  /** Forgets rules, queued replies and recorded requests; responses under way go on. */
  reset(): void {
    this.#rules.length = 0;
    this.#queue.length = 0;
    this.requests.length = 0;
    this.lookups.length = 0;
  }

  /** `models.providers.<id>` of a gateway's configuration that points here. */
  providerConfig(
    api: Exclude<ModelApi, "embeddings" | "other"> = "openai-completions",
    overrides: Readonly<Record<string, unknown>> = {},
  ): Record<string, unknown> {
    return {
      baseUrl: this.#baseUrl(api),
      apiKey: this.#options.apiKey ?? "mock-key",
      api,
      models: this.#models.map((id) => ({
        id,
        name: id,
        reasoning: false,
        input: ["text", "image"],
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
        contextWindow: this.#options.contextTokens ?? 32_000,
        maxTokens: 4_096,
      })),
      ...overrides,
    };
  }

  /** Ends every response and stops listening. */
  async stop(): Promise<void> {
    for (const response of this.#open) response.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #models(): readonly string[] {
    return this.#options.models ?? MODELS;
  }

  #baseUrl(api: ModelApi): string {
    if (api === "google-generative-ai") return `${this.origin}/v1beta`;
    return api === "anthropic-messages" ? this.origin : this.openAiUrl;
  }

  async #find(wanted: (request: ModelRequest) => boolean): Promise<ModelRequest> {
    while (true) {
      const found = this.requests.find(wanted);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = performance.timeOrigin + performance.now();
    this.#open.add(response);
    response.once("close", () => this.#open.delete(response));
    const path = new URL(incoming.url ?? "/", "http://fake").pathname;
    const body = await bodyOf(incoming);
    // Who hangs up in the middle of a request has asked nothing.
    if (body === undefined) return;
    const request = new ModelRequest({
      api: apiOf(incoming.method, path),
      method: incoming.method ?? "GET",
      path,
      headers: headersOf(incoming),
      body,
      arrivedAt,
    });
    this.#record(request);
    if (speaks(request)) {
      request.settle(await play(this.#replyTo(request), request, response, this.#usageOf(request)));
      return;
    }
    const answer = request.api === "embeddings" ? embeddings(request.body) : catalogue(path, this.#models);
    response.writeHead(answer?.status ?? 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer?.body ?? { error: { message: `Invalid URL (${path})` } }));
    request.settle("answered");
  }

  #record(request: ModelRequest): void {
    const list = request.api === "other" ? this.lookups : this.requests;
    list.push(request);
    if (list.length > (this.#options.keep ?? KEEP)) list.shift();
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #replyTo(request: ModelRequest): Reply {
    const { apiKey, contextTokens, strictModels } = this.#options;
    if (apiKey !== undefined && request.apiKey !== apiKey) return fail(401);
    if (strictModels && !this.#models.includes(request.model)) return fail(404);
    if (contextTokens !== undefined && promptTokens(request) > contextTokens) return overflow();
    const queued = this.#queue.shift();
    if (queued) return queued;
    for (const rule of this.#rules) {
      const reply = rule(request);
      if (reply) return reply;
    }
    return scenarioReply(request, { paceMs: this.#options.paceMs ?? 0 });
  }

  #usageOf(request: ModelRequest): Usage {
    if (this.#options.usage !== "estimated") return this.#options.usage ?? USAGE;
    return { input: promptTokens(request), output: USAGE.output };
  }
}

/** Four characters a token, of everything the model is shown. */
function promptTokens(request: ModelRequest): number {
  return Math.ceil(JSON.stringify(request.body).length / 4);
}

function apiOf(method: string | undefined, path: string): ModelApi {
  if (method !== "POST") return "other";
  if (path.endsWith("/chat/completions")) return "openai-completions";
  if (/:(?:streamG|g)enerateContent$/.test(path)) return "google-generative-ai";
  if (path.endsWith("/responses")) return "openai-responses";
  if (path.endsWith("/messages")) return "anthropic-messages";
  return path.endsWith("/embeddings") ? "embeddings" : "other";
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
}

/** The body as JSON; `undefined` when the client went before all of it was there. */
async function bodyOf(incoming: IncomingMessage): Promise<JsonObject | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch (error) {
    if (incoming.complete) throw error;
    return undefined;
  }
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as JsonObject);
}
