import type { FailureKind, ProviderFailure } from "./failures.ts";
import type { Gate } from "./gate.ts";

/** What a model says, before an API's encoder makes frames of it. */
export type Piece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | {
      readonly type: "toolCall";
      /** Without one, `call_mock_<n>`, n counting the calls of the conversation. */
      readonly id?: string;
      readonly name: string;
      /** JSON as the model writes it, which need not be valid. */
      readonly arguments: string;
    };

/** One act of a scripted response. */
export type Step =
  | Piece
  | { readonly type: "pause"; readonly ms: number }
  | { readonly type: "gate"; readonly gate: Gate }
  /** A chunk of text that is the epoch time in milliseconds (with fractions) at which it is sent, and a blank. */
  | { readonly type: "time" }
  /** Nothing more, while the connection stays open. */
  | { readonly type: "silence" }
  /** The connection is closed without an end; after `torn`, the beginning of a frame. */
  | { readonly type: "cut"; readonly torn: boolean }
  /** Bytes exactly as given, between the encoder's frames. */
  | { readonly type: "raw"; readonly bytes: string | Uint8Array }
  /** A failure told inside a stream that began well. */
  | { readonly type: "failure"; readonly failure: ProviderFailure };

/** Why the model stopped; by default `toolUse` after tool calls and `stop` otherwise. */
export type Stop = "stop" | "length" | "toolUse" | "filter" | "none";

/** Tokens, as the provider counts them. `input` includes what was cached. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

export interface AnswerOptions {
  /** `missing` sends none; by default the provider's own setting. */
  readonly usage?: Usage | "missing";
  readonly stop?: Stop;
  /** `false` ends the body without the API's end marker (`[DONE]`, `message_stop`, `response.completed`). */
  readonly done?: boolean;
  /** Pauses and gates before the response's headers. */
  readonly before?: readonly Step[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the fake does with one request. */
export type Reply =
  | ({ readonly type: "answer"; readonly steps: readonly Step[] } & AnswerOptions)
  | {
      readonly type: "failure";
      readonly failure: ProviderFailure;
      readonly before?: readonly Step[];
    }
  | {
      readonly type: "body";
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly before?: readonly Step[];
    }
  /** The connection is closed before any header. */
  | { readonly type: "hangUp"; readonly before?: readonly Step[] };

/** An answer made of steps. */
export function answer(steps: readonly Step[], options: AnswerOptions = {}): Reply {
  return { type: "answer", steps, ...options };
}

/** An answer of text only, in the given chunks, at once. */
export function say(chunks: string | readonly string[], options: AnswerOptions = {}): Reply {
  return answer(
    (typeof chunks === "string" ? [chunks] : chunks).map((chunk) => text(chunk)),
    options,
  );
}

/** Steps that send the chunks `everyMs` apart. */
export function paced(chunks: readonly string[], everyMs: number): Step[] {
  return chunks.flatMap((chunk, index): Step[] =>
    index === 0 || everyMs === 0 ? [text(chunk)] : [pause(everyMs), text(chunk)],
  );
}

/** An answer that is nothing but tool calls, all in one message. */
export function callTools(
  ...calls: readonly { readonly name: string; readonly args: unknown; readonly id?: string }[]
): Reply {
  return answer(calls.map((call) => toolCall(call.name, call.args, call.id)));
}

/** One chunk of visible text. */
export function text(chunk: string): Step {
  return { type: "text", text: chunk };
}

/** One chunk of reasoning (`reasoning_content`, a reasoning summary, a thinking block). */
export function reasoning(chunk: string): Step {
  return { type: "reasoning", text: chunk };
}

/** One tool call; a string as `args` is sent as the arguments' JSON, valid or not. */
export function toolCall(name: string, args: unknown, id?: string): Step {
  const json = typeof args === "string" ? args : JSON.stringify(args);
  return { type: "toolCall", name, arguments: json, ...(id === undefined ? {} : { id }) };
}

/** Waits, or ends early when the caller hangs up. */
export function pause(ms: number): Step {
  return { type: "pause", ms };
}

/** Stands still until the test opens the gate. */
export function hold(gate: Gate): Step {
  return { type: "gate", gate };
}

/** Sends nothing more and keeps the connection open. */
export function silence(): Step {
  return { type: "silence" };
}

/** Closes the connection in the middle; `torn` leaves half a frame behind. */
export function cut(torn = true): Step {
  return { type: "cut", torn };
}

/** Sends bytes that no encoder made. */
export function raw(bytes: string | Uint8Array): Step {
  return { type: "raw", bytes };
}

/** A data frame that is not JSON. */
export function badJson(): Step {
  return raw('data: {"id":"chatcmpl-mock","choices":[{"index":0,"delta":{"content":\n\n');
}

/** A data frame that ends inside a UTF-8 character. */
export function halfCharacter(): Step {
  const whole = new TextEncoder().encode('data: {"choices":[{"index":0,"delta":{"content":"caf\u{e9}');
  return raw(whole.slice(0, -1));
}

/** A failure told inside the stream. */
export function failMidway(status: number, kind?: FailureKind): Step {
  return { type: "failure", failure: { status, kind } };
}

/** An error status with the body the API's provider sends. */
export function fail(status: number, failure: Omit<ProviderFailure, "status"> = {}): Reply {
  return { type: "failure", failure: { ...failure, status } };
}

/** The provider's refusal of a prompt that does not fit the model. */
export function overflow(): Reply {
  return fail(400, { kind: "overflow" });
}

/** 200 with a web page: a proxy, a captive portal or a wrong base URL. */
export function webPage(status = 200): Reply {
  return {
    type: "body",
    status,
    contentType: "text/html; charset=utf-8",
    body: "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n",
  };
}

/** The connection is closed without a single byte of answer. */
export function hangUp(): Reply {
  return { type: "hangUp" };
}

/** The same reply, after steps (pauses, gates) that stand before its first byte. */
export function late(reply: Reply, ...before: readonly Step[]): Reply {
  return { ...reply, before: [...before, ...(reply.before ?? [])] };
}
