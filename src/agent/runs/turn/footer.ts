import type { OpenClawConfig } from "../../../config/index.ts";
import { count, dollars } from "../../../lib/amounts.ts";
import type { SessionEntry } from "../../../store/index.ts";
import type { RunOutcome, RunRequest } from "../run.ts";
import type { Tally } from "./tally.ts";

type Mode = NonNullable<SessionEntry["responseUsage"]>;
type Configured = NonNullable<OpenClawConfig["messages"]>["responseUsage"];

/** What stands below an answer where it is shown; the session's wish (`/usage`) goes before the configured one. */
export function footerOf(
  { kind, sender }: RunRequest,
  entry: Pick<SessionEntry, "responseUsage">,
  configured: Configured,
  tally: Tally,
): string | undefined {
  // Programs count what they use from the answer's own fields.
  if (kind === "http") return undefined;
  return usageFooter(tally.facts(), entry.responseUsage ?? configuredMode(configured, sender.channel));
}

/** An answer with what stands below it; nothing stands below nothing. */
export function withFooter(text: string, footer: string | undefined): string {
  return text === "" || footer === undefined ? text : `${text}\n\n${footer}`;
}

function configuredMode(configured: Configured, channel: string): Mode {
  const mode = typeof configured === "object" ? configured[channel] : configured;
  return mode === "on" ? "tokens" : (mode ?? "off");
}

/** The last line of an answer, when the session or the configuration wants one. */
export function usageFooter(
  outcome: Pick<RunOutcome, "usage" | "provider" | "model">,
  mode: Mode,
): string | undefined {
  const { input, output, cacheRead, cacheWrite, cost, total } = outcome.usage;
  if (mode === "off" || total === 0) return undefined;
  const tokens = `${count(input + cacheRead + cacheWrite)} in / ${count(output)} out`;
  if (mode === "tokens") return `Usage: ${tokens}`;
  const price = cost > 0 ? ` · ${dollars(cost)}` : "";
  return `Usage: ${tokens}${price} · ${outcome.provider}/${outcome.model}`;
}
