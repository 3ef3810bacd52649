import { isRecord } from "../../client/index.ts";
import type { Session } from "../session.ts";
import { MAX_COLUMNS, table, wrap } from "../terminal/layout.ts";
import { ago } from "../words.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The answer of `channels.status` for people. */
export function statusLines(answer: Fields, { out, clock }: Pick<Session, "out" | "clock">): string[] {
  const accounts = isRecord(answer.channelAccounts) ? answer.channelAccounts : {};
  const labels = isRecord(answer.channelLabels) ? answer.channelLabels : {};
  const now = clock.now();
  const rows = Object.entries(accounts).flatMap(([channel, list]) =>
    recordsOf(list).map((one) => [
      wordOf(labels[channel]) ?? channel,
      nameOf(one),
      stateOf(one),
      timeOf(one.lastInboundAt, now),
      timeOf(one.lastOutboundAt, now),
      probeOf(one),
    ]),
  );
  if (rows.length === 0) return ["No channel has an account. Connect one: openclaw channels add telegram"];
  const lines = [...table(["Channel", "Account", "State", "Last in", "Last out", "Probe"], rows)];
  const issues = recordsOf(answer.statusIssues);
  if (issues.length > 0) lines.push("");
  for (const { channel, accountId, message, fix } of issues) {
    const who = [channel, accountId].flatMap((word) => wordOf(word) ?? []).join(" ");
    const [first = "", ...rest] = wrap(`${who}: ${wordOf(message) ?? ""}`, MAX_COLUMNS - 2);
    for (const line of [`! ${first}`, ...rest.map((one) => `  ${one}`)]) lines.push(out.style.yellow(line));
    // Whole, so that a command in it can be copied.
    if (typeof fix === "string" && fix !== "") lines.push(`  ${fix}`);
  }
  return lines;
}

function nameOf({ accountId, name }: Fields): string {
  return typeof name === "string" ? `${wordOf(accountId)} (${name})` : (wordOf(accountId) ?? "");
}

/** What was observed, and if it is not well, what was said last. */
function stateOf({ enabled, configured, running, lifecycle, lastError }: Fields): string {
  if (configured === false) return "not configured";
  if (enabled === false) return "disabled";
  if (running !== true) return "stopped";
  const error = lifecycle !== "ready" && typeof lastError === "string" ? `: ${lastError}` : "";
  return `${typeof lifecycle === "string" ? lifecycle : "running"}${error}`;
}

function probeOf({ probe }: Fields): string {
  if (!isRecord(probe)) return "";
  if (probe.ok === true) return "works";
  return `failed${typeof probe.error === "string" ? `: ${probe.error}` : ""}`;
}

function timeOf(at: unknown, now: number): string {
  return typeof at === "number" ? ago(at, now) : "-";
}

function recordsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function wordOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
