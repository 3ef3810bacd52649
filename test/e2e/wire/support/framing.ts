import { expect } from "bun:test";
import { join } from "node:path";
import { operatorConnect, WireClient, within } from "../../../support/index.ts";
import type { Target } from "./devices.ts";

/** One recorded case: what is sent on a connection and what must come back, in order. */
export interface FramingCase {
  readonly case: string;
  /** Scopes of the connection, for cases after hello; all of them when absent. */
  readonly scopes?: readonly string[];
  /** Frames; `{$text}` is sent as it stands. Absent where bytes are needed that no JSON can describe. */
  readonly send?: readonly unknown[];
  /** Frames, `{$close: [code, reason]}` or `{$upgrade}`. */
  readonly recv: readonly unknown[];
}

const FILE = join(import.meta.dir, "..", "fixtures", "framing.jsonl");

export async function framingCases(): Promise<FramingCase[]> {
  const lines = (await Bun.file(FILE).text()).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as FramingCase);
}

/** The connect params that the recorded cases vary. */
export function recordedConnect(token: string | undefined, changes: object = {}): Record<string, unknown> {
  return {
    ...operatorConnect(),
    client: { id: "test", version: "1.0.0", platform: "linux", mode: "test" },
    caps: [],
    auth: { token },
    ...changes,
  };
}

/** A recorded frame with the short form of its connect params written out. */
export function written(frame: unknown, token: string | undefined): unknown {
  const changes = fieldOf(fieldOf(frame, "params"), "$connect");
  if (typeof frame !== "object" || frame === null || typeof changes !== "object" || changes === null) {
    return frame;
  }
  return { ...frame, params: recordedConnect(token, changes) };
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

/** What a received frame is compared with: results are only looked at where the case is about them. */
function expected(template: unknown, actual: unknown): unknown {
  const payload = fieldOf(template, "payload");
  if (payload === undefined || typeof template !== "object") return template;
  const hello = fieldOf(payload, "$hello");
  if (typeof hello !== "object" || hello === null)
    return { ...template, payload: fieldOf(actual, "payload") };
  const auth: unknown = expect.objectContaining(hello);
  return { ...template, payload: expect.objectContaining({ type: "hello-ok", protocol: 4, auth }) };
}

/** A refusal without what this gateway adds for the person who reads it. */
function plain(frame: unknown): unknown {
  const copy: unknown = structuredClone(frame);
  const details = fieldOf(fieldOf(copy, "error"), "details");
  if (typeof details !== "object" || details === null) return copy;
  for (const added of ["command", "origin", "configKey"]) Reflect.deleteProperty(details, added);
  return copy;
}

/** The next frame that is no event, or the close when there is none. */
async function heard(client: WireClient): Promise<unknown> {
  const answer = client.next("an answer", (frame) => frame.type === "res");
  const close = client.closed.then(({ code, reason }) => ({ $close: [code, reason] }));
  // An answer that came before the close is taken first: `next` settles at once with what is there.
  return within("an answer or the close", Promise.race([answer.catch(() => close), close]));
}

/** Expects the recorded answers in order, and that the connection lives on when none of them is a close. */
export async function expectAnswers(client: WireClient, { recv }: FramingCase): Promise<void> {
  for (const template of recv) {
    const actual = plain(await heard(client));
    expect(actual).toEqual(expected(template, actual));
  }
  const last = recv.at(-1);
  if (fieldOf(last, "$close") !== undefined) return;
  const { ok } = await client.request("health");
  expect(ok).toBe(true);
}

/** Plays the frames of a case on an open connection. */
export async function play(client: WireClient, recorded: FramingCase, token?: string): Promise<void> {
  for (const frame of recorded.send ?? []) {
    const text = fieldOf(frame, "$text");
    client.send(typeof text === "string" ? text : JSON.stringify(written(frame, token)));
  }
  await expectAnswers(client, recorded);
}

/** A connection before `connect`, its challenge taken. */
export async function challenged(
  gateway: Target,
  headers: Readonly<Record<string, string>> = {},
): Promise<WireClient> {
  const client = await WireClient.open(gateway.wsUrl, { headers });
  await client.event("connect.challenge");
  return client;
}
