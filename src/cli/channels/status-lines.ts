import { isRecord } from "../../client/index.ts";
import type { Session } from "../session.ts";
import { MAX_COLUMNS, table, wrap } from "../terminal/layout.ts";
import { ago, spanOf } from "../words.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The answer of `channels.status` for people: what was observed in a table, and below it what is wrong and what mends it.
 * Nothing where there is no account.
 */
export function statusLines(answer: Fields, { out, clock }: Pick<Session, "out" | "clock">): string[] {
  const accounts = isRecord(answer.channelAccounts) ? answer.channelAccounts : {};
  const labels = isRecord(answer.channelLabels) ? answer.channelLabels : {};
  const now = clock.now();
  const all = Object.entries(accounts).flatMap(([channel, list]) =>
    recordsOf(list).map((account) => ({ channel, account })),
  );
  if (all.length === 0) return [];
  const isProbed = all.some(({ account }) => isRecord(account.probe));
  const hasLinks = all.some(({ account }) => typeof account.linked === "boolean");
  const rows = all.map(({ channel, account }) => [
    wordOf(labels[channel]) ?? channel,
    nameOf(account),
    stateOf(account),
    ...(hasLinks ? [linkOf(account)] : []),
    timeOf(account.lastInboundAt, now),
    timeOf(account.lastOutboundAt, now),
    ...(isProbed ? [probeOf(account)] : []),
  ]);
  const head = [
    ...["Channel", "Account", "State", ...(hasLinks ? ["Linked"] : []), "Last in", "Last out"],
    ...(isProbed ? ["Probe"] : []),
  ];
  const troubles = [...recordsOf(answer.statusIssues), ...probeTroubles(all), ...warningsOf(answer)];
  const ends = all.flatMap((placed) => disconnect(placed, now)).map(out.style.dim);
  const lines = [...table(head, rows), ...(troubles.length + ends.length > 0 ? [""] : []), ...ends];
  for (const { channel, accountId, message, fix } of troubles) {
    const who = [channel, accountId].flatMap((word) => wordOf(word) ?? []).join(" ");
    const said = who === "" ? (wordOf(message) ?? "") : `${who}: ${wordOf(message) ?? ""}`;
    const [first = "", ...rest] = wrap(said, MAX_COLUMNS - 2);
    for (const line of [`! ${first}`, ...rest.map((one) => `  ${one}`)]) lines.push(out.style.yellow(line));
    // Whole, so that a command in it can be copied.
    if (typeof fix === "string" && fix !== "") lines.push(`  ${fix}`);
  }
  return lines;
}

interface Placed {
  readonly channel: string;
  readonly account: Fields;
}

/** Why probes failed. */
function probeTroubles(all: readonly Placed[]): Fields[] {
  return all.flatMap(({ channel, account: { accountId, probe } }) =>
    isRecord(probe) && probe.ok !== true && typeof probe.error === "string"
      ? [{ channel, accountId, message: `Probe failed: ${probe.error}` }]
      : [],
  );
}

/** What could not be found out; of probes is told by account. */
function warningsOf({ warnings }: Fields): Fields[] {
  const texts = Array.isArray(warnings) ? warnings.filter((one) => typeof one === "string") : [];
  return texts
    .filter((text) => !/^\S+ probe failed:/.test(text))
    .map((text) => ({ message: `${text.charAt(0).toUpperCase()}${text.slice(1)}` }));
}

/** Its id, what people call it, and who it is to its platform. */
function nameOf({ accountId, name, self, linked }: Fields): string {
  const handle = isRecord(self) ? wordOf(self.username) : undefined;
  // The number of an account that is linked; ids of others are told by nobody.
  const number = isRecord(self) && linked === true ? wordOf(self.id) : undefined;
  return [
    wordOf(accountId) ?? "",
    ...(typeof name === "string" ? [`(${name})`] : []),
    ...(handle === undefined ? [] : [`@${handle}`]),
    ...(number === undefined ? [] : [number]),
  ].join(" ");
}

/** What was observed; why it is not well is told below the table. */
function stateOf({ enabled, configured, running, lifecycle }: Fields): string {
  if (configured === false) return "not configured";
  if (enabled === false) return "disabled";
  if (running !== true)
    return lifecycle === "stopped" || typeof lifecycle !== "string" ? "stopped" : lifecycle;
  return typeof lifecycle === "string" ? lifecycle : "running";
}

/** How old the link is; empty where accounts have a token. */
function linkOf({ linked, authAgeMs }: Fields): string {
  if (linked === false) return "no";
  if (linked !== true) return "";
  return typeof authAgeMs === "number" ? `${spanOf(authAgeMs)} ago` : "yes";
}

/** How the last connection of a linked account ended. */
function disconnect({ channel, account }: Placed, now: number): string[] {
  const { accountId, lastDisconnect } = account;
  if (!isRecord(lastDisconnect) || typeof lastDisconnect.at !== "number") return [];
  const why = [lastDisconnect.code, wordOf(lastDisconnect.message)].filter(
    (one) => one !== undefined && one !== 0,
  );
  return [
    `${channel} ${wordOf(accountId) ?? ""}: last disconnected ${ago(lastDisconnect.at, now)} (${why.join(", ")})`,
  ];
}

function probeOf({ probe }: Fields): string {
  if (!isRecord(probe)) return "";
  return probe.ok === true ? "works" : "failed";
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
