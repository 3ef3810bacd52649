import type { ServerResponse } from "node:http";
import { failureBody, failureHeaders } from "./failures.ts";
import type { ModelRequest, Outcome } from "./request.ts";
import type { Piece, Reply, Step, Stop, Usage } from "./script.ts";
import { wireOf, type Wire } from "./wires/index.ts";

/** A model request's API, as opposed to the rest that a provider serves. */
type SpeakingRequest = ModelRequest & {
  readonly api: Exclude<ModelRequest["api"], "embeddings" | "other">;
};

/** True when the request asks a model to speak. */
export function speaks(request: ModelRequest): request is SpeakingRequest {
  return request.api !== "embeddings" && request.api !== "other";
}

/** One response on its socket: knows whether anybody still listens. */
class Line {
  readonly #response: ServerResponse;
  /** Settles when the connection is gone, whoever closed it. */
  readonly gone: Promise<void>;
  isGone = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.gone = new Promise((resolve) => {
      response.once("close", () => {
        this.isGone = true;
        resolve();
      });
    });
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  write(bytes: string | Uint8Array): void {
    if (!this.isGone && bytes.length > 0) this.#response.write(bytes);
  }

  end(body?: string): void {
    if (!this.isGone) this.#response.end(body);
  }

  /** Closes the connection without an end of the body. */
  cut(): void {
    this.#response.destroy();
  }

  /** `promise`, or undefined as soon as the connection is gone. */
  async until(promise: Promise<void>): Promise<void> {
    await Promise.race([promise, this.gone]);
  }

  async pause(ms: number): Promise<void> {
    let timer: Timer | undefined;
    await this.until(
      new Promise((resolve) => {
        timer = setTimeout(resolve, ms);
      }),
    );
    clearTimeout(timer);
  }
}

/** Plays one reply into one response and says how it ended. `usage` is what the provider counts by default. */
export async function play(
  reply: Reply,
  request: SpeakingRequest,
  response: ServerResponse,
  usage: Usage,
): Promise<Outcome> {
  const line = new Line(response);
  for (const step of reply.before ?? []) await rest(step, line);
  if (line.isGone) return "hung-up";
  switch (reply.type) {
    case "hangUp":
      line.cut();
      return "cut";
    case "failure": {
      const headers = failureHeaders(reply.failure, request.api);
      line.head(reply.failure.status, { "content-type": "application/json", ...headers });
      line.end(JSON.stringify(failureBody(reply.failure, request)));
      return "answered";
    }
    case "body":
      line.head(reply.status, { "content-type": reply.contentType, ...reply.headers });
      line.end(reply.body);
      return "answered";
    case "answer":
      return new Answer(reply, request, line, usage).play();
  }
}

type AnswerReply = Extract<Reply, { type: "answer" }>;

class Answer {
  readonly #reply: AnswerReply;
  readonly #request: SpeakingRequest;
  readonly #line: Line;
  readonly #usage: Usage | undefined;
  readonly #wire: Wire;
  readonly #said: Piece[] = [];

  constructor(reply: AnswerReply, request: SpeakingRequest, line: Line, usage: Usage) {
    this.#reply = reply;
    this.#request = request;
    this.#line = line;
    this.#usage = reply.usage === "missing" ? undefined : (reply.usage ?? usage);
    const streamOptions = request.body.stream_options as { readonly include_usage?: unknown } | undefined;
    this.#wire = wireOf(request.api, {
      model: request.model,
      includeUsage: streamOptions?.include_usage === true,
      earlierToolCalls: request.turns.reduce((count, turn) => count + turn.toolCalls.length, 0),
    });
  }

  async play(): Promise<Outcome> {
    if (this.#request.streams) {
      this.#line.head(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-cache",
        ...this.#reply.headers,
      });
    }
    for (const step of this.#reply.steps) {
      const ended = await this.#step(step);
      if (ended) return ended;
      if (this.#line.isGone) return "hung-up";
    }
    if (this.#request.streams) {
      this.#begin();
      this.#line.write(this.#wire.close(this.#stop(), this.#usage, this.#reply.done ?? true));
      this.#line.end();
    } else {
      this.#line.head(200, { "content-type": "application/json", ...this.#reply.headers });
      this.#line.end(JSON.stringify(this.#wire.whole(this.#said, this.#stop(), this.#usage)));
    }
    return "answered";
  }

  async #step(step: Step): Promise<Outcome | undefined> {
    switch (step.type) {
      case "text":
      case "reasoning":
      case "toolCall":
        this.#say(step);
        return undefined;
      case "time":
        this.#say({ type: "text", text: `${(performance.timeOrigin + performance.now()).toFixed(3)} ` });
        return undefined;
      case "raw":
        if (this.#request.streams) {
          this.#begin();
          this.#line.write(step.bytes);
        }
        return undefined;
      case "failure":
        this.#begin();
        this.#line.write(this.#wire.failure(step.failure));
        this.#line.end();
        return "answered";
      case "cut":
        if (step.torn) this.#line.write('data: {"id":"chatcmpl-mo');
        this.#line.cut();
        return "cut";
      case "pause":
      case "gate":
      case "silence":
        await rest(step, this.#line);
        return undefined;
    }
  }

  #begun = false;

  /** The first frames go out with the first piece, so that silence after the headers is silence. */
  #begin(): void {
    if (this.#begun || !this.#request.streams) return;
    this.#begun = true;
    this.#line.write(this.#wire.open(this.#usage));
  }

  #say(piece: Piece): void {
    this.#said.push(piece);
    if (!this.#request.streams) return;
    this.#begin();
    this.#line.write(this.#wire.piece(piece));
  }

  #stop(): Stop {
    const calls = this.#said.some((piece) => piece.type === "toolCall");
    return this.#reply.stop ?? (calls ? "toolUse" : "stop");
  }
}

/** The steps that only take time. */
async function rest(step: Step, line: Line): Promise<void> {
  switch (step.type) {
    case "pause":
      return line.pause(step.ms);
    case "gate":
      return line.until(step.gate.pass());
    case "silence":
      return line.gone;
    default:
      throw new Error(`a ${step.type} step cannot stand before the headers`);
  }
}
