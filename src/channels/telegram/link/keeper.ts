import { findToken } from "../account/token.ts";
import { telegramSettings } from "../render/index.ts";
import { forgetIdentity } from "./identity.ts";
import type { Leases } from "./leases.ts";
import { REVOKED_PROBE_MS, SLOW_FIRST_MS, TOKEN_LOOK_MS } from "./limits.ts";
import { type Line, type LineDeps, runLine } from "./line.ts";
import { rest } from "../../../lib/rest.ts";

export interface KeeperDeps extends LineDeps {
  readonly leases: Leases;
  /** The line, or that there is none now. */
  readonly line: (line: Line | undefined) => void;
}

/** Keeps an account's line: waits for its token, for whoever else has it, and for better days. Ends when it is told to; never rejects. */
export async function keepLine(deps: KeeperDeps, signal: AbortSignal): Promise<void> {
  const { context, observed, leases } = deps;
  const { clock, account, log } = context;
  const settings = telegramSettings(account);
  while (!signal.aborted) {
    const found = findToken(settings, undefined);
    if (!("token" in found)) {
      observed.fails({ lifecycle: "blocked", error: found.problem });
      await rest(clock, TOKEN_LOOK_MS, signal);
      continue;
    }
    const lease = leases.take(found.token, account.id);
    if ("heldBy" in lease) {
      observed.fails(takenBy(lease.heldBy, account.id));
      await rest(clock, TOKEN_LOOK_MS, signal);
      continue;
    }
    try {
      using _lease = lease;
      const end = await runLine(found.token, deps, signal, deps.line);
      if (end === "stopped") return;
    } catch (error) {
      log.error("the connection to Telegram failed in a way it never should", { error: String(error) });
      observed.fails({
        lifecycle: "recovering",
        error: error instanceof Error ? error.message : String(error),
      });
      deps.line(undefined);
      await rest(clock, SLOW_FIRST_MS, signal);
      continue;
    } finally {
      deps.line(undefined);
    }
    await forgetIdentity(context);
    await anotherToken(found.token, deps, signal);
  }
}

/** Waits until there is another token, or it is time to ask whether the old one works again. */
async function anotherToken(token: string, { context }: KeeperDeps, signal: AbortSignal): Promise<void> {
  const { clock, account } = context;
  const until = clock.monotonic() + REVOKED_PROBE_MS;
  while (!signal.aborted && clock.monotonic() < until) {
    await rest(clock, TOKEN_LOOK_MS, signal);
    const found = findToken(telegramSettings(account), undefined);
    if ("token" in found && found.token !== token) return;
  }
}

function takenBy(other: string, own: string) {
  const message = `Its bot is the one of account ${other}: only one account may use a bot.`;
  return {
    lifecycle: "blocked",
    error: message,
    issue: {
      kind: "config",
      message,
      fix: `Give account ${own} a bot of its own (@BotFather /newbot): openclaw channels add --channel telegram --account ${own}`,
    },
  } as const;
}
