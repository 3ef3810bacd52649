import { randomUUID } from "node:crypto";
import {
  callTools,
  type FakeModelProvider,
  type ModelRequest,
  say,
} from "../../fakes/model-provider/index.ts";
import { type GatewayProcess, PATIENCE_MS, type WireClient } from "../../support/index.ts";
import type { TurnWorld } from "../turns/support/index.ts";

/** What a tool answered the model. */
export interface ToolAnswer {
  readonly text: string;
  /** Names of the tools the model was offered. */
  readonly offered: readonly string[];
}

/** Longest that a turn may take on a busy machine; the largest here have hundreds of rounds or move hundreds of megabytes. */
export const TURN_MS = 60_000;

/** Says something over a connection and waits for the end of the run; returns its answer of `agent.wait`. */
export async function turn(
  client: WireClient,
  message: string,
  params: Readonly<Record<string, unknown>> & { readonly idempotencyKey?: string } = {},
): Promise<Record<string, unknown>> {
  const runId = params.idempotencyKey ?? randomUUID();
  await client.call("chat.send", { sessionKey: "main", message, ...params, idempotencyKey: runId });
  const ended = await client.call("agent.wait", { runId, timeoutMs: TURN_MS }, TURN_MS + PATIENCE_MS);
  return ended as Record<string, unknown>;
}

/** A tool as a model calls it. */
export interface ToolCall {
  readonly name: string;
  readonly args: unknown;
}

/** Has the model call one tool in a turn that `speak` begins, and returns what it got back. */
export async function toolAnswer(
  { fake }: Pick<TurnWorld, "fake">,
  call: ToolCall,
  speak: (message: string) => Promise<unknown>,
): Promise<ToolAnswer> {
  const { toolResults, toolNames } = await heardBack(fake, [call], speak);
  return { text: toolResults.map(({ text }) => text).join("\n"), offered: toolNames };
}

/** Has the model call many tools in one turn, and returns what it got back of each. */
export async function toolAnswers(
  { fake }: Pick<TurnWorld, "fake">,
  calls: readonly ToolCall[],
  speak: (message: string) => Promise<unknown>,
): Promise<string[]> {
  const { toolResults } = await heardBack(fake, calls, speak);
  if (toolResults.length !== calls.length)
    throw new Error(`the model heard back of ${toolResults.length} calls, not of ${calls.length}`);
  return toolResults.map(({ text }) => text);
}

/** What the model is asked after it called tools. */
async function heardBack(
  fake: FakeModelProvider,
  calls: readonly ToolCall[],
  speak: (message: string) => Promise<unknown>,
): Promise<ModelRequest> {
  const mark = `call-${randomUUID()}`;
  let seen: ModelRequest | undefined;
  const off = fake.on((request) => {
    if (!request.userText.includes(mark)) return undefined;
    if (request.toolResults.length === 0) return callTools(...calls);
    seen = request;
    return say("done");
  });
  try {
    await speak(mark);
    if (!seen) throw new Error(`the model heard nothing back of ${calls.map(({ name }) => name).join(", ")}`);
    return seen;
  } finally {
    off();
  }
}

/** `POST` of JSON to a gateway, with its token unless other headers say so. */
export function post(
  gateway: GatewayProcess,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${gateway.httpUrl}${path}`, {
    ...init,
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(gateway.token !== undefined && { authorization: `Bearer ${gateway.token}` }),
      ...headers,
    },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
}

/** A chat completion of one user message. */
export function complete(
  gateway: GatewayProcess,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return post(gateway, "/v1/chat/completions", { messages: [{ role: "user", content: message }] }, headers);
}

/** Memory of a process that is in RAM, MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
