import { expect } from "bun:test";
import { join } from "node:path";
import type { Served } from "./serve.ts";

/** One recorded request with its reply. */
export interface Case {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly auth: "none" | "other" | "gateway-token";
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
    readonly rawBody?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: unknown;
  };
}

export async function cases(name: string): Promise<readonly Case[]> {
  const file = Bun.file(join(import.meta.dir, "..", "fixtures", `${name}.json`));
  return ((await file.json()) as { cases: Case[] }).cases;
}

/** Headers every reply of the API has. */
const COMMON = {
  "permissions-policy": "camera=(), microphone=(self), geolocation=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Sends the recorded request and expects the recorded reply, ids and times aside. With `pieces`, text may be streamed in
 * other pieces than recorded: how many there are is a matter of time.
 */
export async function replay(
  served: Pick<Served, "call">,
  { request, response }: Case,
  tolerate?: "pieces",
): Promise<void> {
  const headers = { ...request.headers };
  if (request.auth === "none") headers["authorization"] ??= "";
  if (request.auth === "other") headers["authorization"] = "Bearer wrong";
  const body = request.rawBody ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  const reply = await served.call(request.path, {
    method: request.method,
    headers,
    ...(body !== undefined && { body }),
  });
  const text = await reply.text();
  const comparable = (body: unknown) => plain(tolerate === "pieces" ? withoutPieces(body) : body);
  expect([reply.status, comparable(readBody(reply, text))]).toEqual([
    response.status,
    comparable(response.body),
  ]);
  for (const [name, value] of Object.entries({ ...COMMON, ...response.headers })) {
    expect([name, reply.headers.get(name)]).toEqual([name, value]);
  }
}

function readBody(reply: Response, text: string): unknown {
  const type = reply.headers.get("content-type") ?? "";
  if (type.startsWith("text/event-stream")) return sseEvents(text);
  return type.startsWith("application/json") ? JSON.parse(text) : text;
}

/** The events of a stream; `data` is decoded where it is JSON. */
export function sseEvents(text: string): { event?: string; data: unknown }[] {
  const events = text.split("\n\n").filter((block) => block !== "" && !block.startsWith(":"));
  return events.map((block) => {
    const lines = block.split("\n");
    const event = lines.find((line) => line.startsWith("event: "))?.slice("event: ".length);
    const data = lines.find((line) => line.startsWith("data: "))?.slice("data: ".length) ?? "";
    return { ...(event !== undefined && { event }), data: data === "[DONE]" ? data : JSON.parse(data) };
  });
}

/** Deltas of text that follow each other, as one. */
function withoutPieces(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  const events: { data: unknown }[] = [];
  for (const event of structuredClone(body) as { data: unknown }[]) {
    const last = deltaOf(events.at(-1)?.data);
    const next = deltaOf(event.data);
    if (last && next) last.add(next.text);
    else events.push(event);
  }
  return events;
}

/** The text a chunk or event adds; undefined for any other. */
function deltaOf(data: unknown): { text: string; add(more: string): void } | undefined {
  const holder = data as { delta?: unknown; choices?: { delta: { content?: string } }[] } | undefined;
  if (typeof holder?.delta === "string") {
    const text = holder.delta;
    return { text, add: (more) => (holder.delta = text + more) };
  }
  const delta = holder?.choices?.[0]?.delta;
  if (delta?.content === undefined) return undefined;
  const text = delta.content;
  return { text, add: (more) => (delta.content = text + more) };
}

/** Without what differs from run to run: ids are numbered as they appear, times are 0. */
function plain(body: unknown): unknown {
  const seen = new Map<string, string>();
  const numbered = (id: string) => {
    if (!seen.has(id)) seen.set(id, `<id ${seen.size + 1}>`);
    return seen.get(id);
  };
  const text = JSON.stringify(body)
    .replace(/"(created|created_at)":\d+/g, '"$1":0')
    .replace(/<uuid-\d+>|[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => numbered(id) ?? "")
    .replace(/"(id|call_id)":"([0-9a-z]{9})"/g, (_, key, id) => `"${key}":"${numbered(id)}"`);
  return JSON.parse(text);
}
