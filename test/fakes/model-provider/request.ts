import { conversationOf, type Turn } from "./conversation.ts";

/** The API a request was made of; `other` is everything that does not ask a model to speak. */
export type ModelApi =
  | "openai-completions"
  | "openai-responses"
  | "anthropic-messages"
  | "google-generative-ai"
  | "embeddings"
  | "other";

export type JsonObject = Readonly<Record<string, unknown>>;

/** How a response ended: sent to its end, left by the caller before that, or cut off by the script. */
export type Outcome = "answered" | "hung-up" | "cut";

/** One recorded request, with what tests ask about it already taken out of the body. */
export class ModelRequest {
  readonly api: ModelApi;
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** Epoch milliseconds with fractions, when the head of the request had been read. */
  readonly arrivedAt: number;
  readonly #outcome = Promise.withResolvers<Outcome>();
  #turns: readonly Turn[] | undefined;

  constructor(parts: Pick<ModelRequest, "api" | "method" | "path" | "headers" | "body" | "arrivedAt">) {
    this.api = parts.api;
    this.method = parts.method;
    this.path = parts.path;
    this.headers = parts.headers;
    this.body = parts.body;
    this.arrivedAt = parts.arrivedAt;
  }

  get model(): string {
    if (typeof this.body.model === "string") return this.body.model;
    return /\/models\/(.+):\w+$/.exec(this.path)?.[1] ?? "";
  }

  get streams(): boolean {
    return this.body.stream === true || this.path.endsWith(":streamGenerateContent");
  }

  /** The conversation in one shape for all three APIs, oldest first. */
  get turns(): readonly Turn[] {
    this.#turns ??= conversationOf(this.api, this.body);
    return this.#turns;
  }

  /** Everything said by the system or developer. */
  get system(): string {
    return this.turns
      .filter((turn) => turn.role === "system")
      .map((turn) => turn.text)
      .join("\n\n");
  }

  /** Text of the last user message, with any `[Sat 2026-11-21 00:08 UTC] ` before it. */
  get userText(): string {
    return this.turns.findLast((turn) => turn.role === "user")?.text ?? "";
  }

  /** Results of tools since the last user message, oldest first. */
  get toolResults(): readonly Turn[] {
    return this.turns
      .slice(this.turns.findLastIndex((turn) => turn.role === "user") + 1)
      .filter((turn) => turn.role === "tool");
  }

  /** Names of the tools offered to the model. */
  get toolNames(): readonly string[] {
    const tools = Array.isArray(this.body.tools) ? this.body.tools : [];
    const declared = tools.flatMap((tool) => tool?.functionDeclarations ?? [tool]);
    return declared.map((tool) => String(tool?.function?.name ?? tool?.name));
  }

  /** The key the caller showed, however its API carries it. */
  get apiKey(): string | undefined {
    return (
      this.headers["x-api-key"] ??
      this.headers["x-goog-api-key"] ??
      this.headers.authorization?.replace(/^bearer /i, "")
    );
  }

  /** Settles when the response is over; `hung-up` means that the caller closed the connection first. */
  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }

  /** For the server: the response is over. */
  settle(outcome: Outcome): void {
    this.#outcome.resolve(outcome);
  }
}
