import { recordOf } from "../../lib/records.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { callGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";

/** Options of every command about browsers. */
export type BrowserFlags = Omit<GatewayFlags, "url"> & { readonly browserProfile: string | undefined };

/** One request to browser control. */
export interface BrowserQuestion {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What a person sees while waiting. */
  readonly label: string;
}

/** What the way there may take on top of the browser's own time. */
const TRANSPORT_GRACE_MS = 10_000;

type Answer = Readonly<Record<string, unknown>>;

/** Asks browser control through the gateway. Failures are `CliError`s; without a gateway at once. */
export async function askBrowser(
  session: Session,
  flags: BrowserFlags & { readonly url?: string | undefined },
  { method, path, query = {}, body, label }: BrowserQuestion,
): Promise<Answer> {
  const given = Object.entries({ profile: flags.browserProfile, ...query }).filter(
    ([, value]) => value !== undefined,
  );
  const answer = await callGateway(
    session,
    { ...flags, url: flags.url, timeout: flags.timeout + TRANSPORT_GRACE_MS },
    { scopes: ["operator.admin"], label },
    "browser.request",
    {
      method,
      path,
      query: Object.fromEntries(given),
      ...(body && { body }),
      timeoutMs: flags.timeout,
    },
  );
  return recordOf(answer);
}

/** The document of `--json`, or lines for a person. */
export function show(
  session: Session,
  { json }: BrowserFlags,
  answer: Answer,
  lines: () => readonly string[],
): void {
  if (json) session.out.json(answer);
  else for (const line of lines()) session.out.line(line);
}

/** A value of an answer as text; an empty one when it has none. */
export function word(answer: Answer, name: string): string {
  const value = answer[name];
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : "";
}
