import { type GatewayClient, isRecord } from "../../client/index.ts";
import type { sessions } from "../../protocol/index.ts";
import { ago } from "../words.ts";

/** What this program shows of a session; the gateway's row has more. */
export interface SessionRow extends Readonly<Record<string, unknown>> {
  readonly key: string;
}

/** The row of one session; `undefined` when there is none. */
export async function describeSession(
  client: GatewayClient,
  key: string,
  timeoutMs: number,
): Promise<SessionRow | undefined> {
  const options = { timeoutMs };
  const { session } = await client.request<typeof sessions.describe>("sessions.describe", { key }, options);
  return isSessionRow(session) ? session : undefined;
}

export function isSessionRow(value: unknown): value is SessionRow {
  return isRecord(value) && typeof value.key === "string";
}

/** The key to name a session by when a bare one is meant for another agent than the default one. */
export function keyFor(key: string, agent: string | undefined): string {
  return agent === undefined || key.startsWith("agent:") ? key : `agent:${agent}:${key}`;
}

/** How long ago anything happened in it. */
export function ageOf(row: SessionRow, now: number): string {
  return typeof row.updatedAt === "number" ? ago(row.updatedAt, now) : "never";
}

/** `provider/model`, as far as it is known. */
export function modelOf(row: SessionRow): string {
  return [row.modelProvider, row.model].filter((part) => typeof part === "string").join("/");
}

/** `12.5k/200k (6%)`: what the conversation fills of the model's window. */
export function tokensOf(row: SessionRow): string {
  const total = typeof row.totalTokens === "number" ? row.totalTokens : undefined;
  const window =
    typeof row.contextTokens === "number" && row.contextTokens > 0 ? row.contextTokens : undefined;
  if (total === undefined) return window === undefined ? "" : `?/${count(window)}`;
  if (window === undefined) return count(total);
  return `${count(total)}/${count(window)} (${Math.round((total / window) * 100)}%)`;
}

/** What is going on in it, and what was said about it. */
export function stateOf(row: SessionRow): string {
  const marks = [
    typeof row.status === "string" ? row.status : undefined,
    row.pinned === true ? "pinned" : undefined,
    row.unread === true ? "unread" : undefined,
    row.archived === true ? "archived" : undefined,
  ];
  return marks.filter((mark) => mark !== undefined).join(", ");
}

/** A name that a person gave it or that was derived from it. */
export function titleOf(row: SessionRow): string | undefined {
  const names = [row.label, row.displayName, row.derivedTitle];
  return names.find((name): name is string => typeof name === "string" && name !== "");
}

/** A count in the unit that reads best: `950`, `12.5k`, `1.2M`. */
export function count(value: number): string {
  if (value < 1_000) return String(value);
  const [amount, unit] = value < 999_950 ? [value / 1_000, "k"] : [value / 1_000_000, "M"];
  return `${amount < 100 ? Number(amount.toFixed(1)) : Math.round(amount)}${unit}`;
}
