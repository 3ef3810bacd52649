import { randomUUID } from "node:crypto";
import { callTools, type ModelRequest, say } from "../../fakes/model-provider/index.ts";
import type { GatewayProcess, WireClient } from "../../support/index.ts";
import type { TurnWorld } from "../turns/support/index.ts";

/** What a tool answered the model. */
export interface ToolAnswer {
  readonly text: string;
  /** Names of the tools the model was offered. */
  readonly offered: readonly string[];
}

/** Says something over a connection and waits for the end of the run; returns its answer of `agent.wait`. */
export async function turn(
  client: WireClient,
  message: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const runId = randomUUID();
  await client.call("chat.send", { sessionKey: "main", message, idempotencyKey: runId, ...params });
  return (await client.call("agent.wait", { runId, timeoutMs: 15_000 }, 20_000)) as Record<string, unknown>;
}

/** Has the model call one tool in a turn that `speak` begins, and returns what it got back. */
export async function toolAnswer(
  { fake }: Pick<TurnWorld, "fake">,
  call: { readonly name: string; readonly args: unknown },
  speak: (message: string) => Promise<unknown>,
): Promise<ToolAnswer> {
  const mark = `call-${randomUUID()}`;
  let seen: ModelRequest | undefined;
  const off = fake.on((request) => {
    if (!request.userText.includes(mark)) return undefined;
    if (request.toolResults.length === 0) return callTools(call);
    seen = request;
    return say("done");
  });
  try {
    await speak(mark);
    if (!seen) throw new Error(`the model heard nothing back of ${call.name}`);
    return { text: seen.toolResults.map(({ text }) => text).join("\n"), offered: seen.toolNames };
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
