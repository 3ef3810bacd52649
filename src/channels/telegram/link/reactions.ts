import { doublingMs } from "../../../lib/backoff.ts";
import { StoreError } from "../../../store/index.ts";
import { configPathOf } from "../account/config-path.ts";
import { CallError, type CallTrouble } from "../client/index.ts";
import {
  PAUSE_JITTER,
  QUICK_FIRST_MS,
  QUICK_MAX_MS,
  SLOW_FIRST_MS,
  SLOW_MAX_MS,
  TELL_AFTER_FAILURES,
} from "./limits.ts";
import type { Trouble } from "./observed.ts";

type Issue = NonNullable<Trouble["issue"]>;

/** What is known when something has failed. */
export interface Failing {
  readonly error: unknown;
  /** How many in a row, this one among them. */
  readonly failures: number;
  readonly accountId: string;
}

interface Row {
  /** `quick`: a line that broke. `slow`: coming back soon makes it worse. `revoked`: only a person can mend it. */
  readonly pace: "quick" | "slow" | "revoked";
  /** Failures before a person is told. */
  readonly tellAfter: number;
  readonly issue: (where: Where) => Issue;
}

/** What a person has to know to mend it. */
interface Where {
  readonly accountId: string;
  /** The account's section in the configuration. */
  readonly path: string;
  /** What the failure said. */
  readonly reason: string;
}

const LOGS = "openclaw logs --follow";

/** What each kind of trouble means for the line updates come in by. */
const ROWS: Readonly<Record<Exclude<CallTrouble, "aborted">, Row>> = {
  unauthorized: {
    pace: "revoked",
    tellAfter: 0,
    issue: ({ accountId }) => ({
      kind: "auth",
      message: "Telegram does not accept the bot token: it was revoked or mistyped.",
      fix: `Get the current one from @BotFather (/token), then: openclaw channels add --channel telegram --account ${accountId}`,
    }),
  },
  conflict: {
    pace: "slow",
    tellAfter: 1,
    issue: () => ({
      kind: "conflict",
      message: "Another program receives the messages of this bot, so some do not arrive here.",
      fix: "Stop the other program, or give this gateway a bot of its own: @BotFather /newbot",
    }),
  },
  flood: {
    pace: "quick",
    tellAfter: TELL_AFTER_FAILURES,
    issue: () => ({ kind: "runtime", message: "Telegram limits how often this bot may call.", fix: LOGS }),
  },
  refused: {
    pace: "slow",
    tellAfter: 0,
    issue: () => ({ kind: "runtime", message: "Telegram refuses to tell of new messages.", fix: LOGS }),
  },
  server: {
    pace: "quick",
    tellAfter: TELL_AFTER_FAILURES,
    issue: () => ({
      kind: "network",
      message: "Telegram is in trouble.",
      fix: "Nothing to do: it is tried again by itself.",
    }),
  },
  "not-allowed": {
    pace: "slow",
    tellAfter: 0,
    issue: ({ path }) => ({
      kind: "network",
      message: "The name of the Bot API leads to an address that is not on the public internet.",
      fix: `Correct the name service of this machine, or if a proxy of yours does that: openclaw config set ${path}.network.dangerouslyAllowPrivateNetwork true`,
    }),
  },
  unreached: {
    pace: "quick",
    tellAfter: TELL_AFTER_FAILURES,
    issue: ({ path, reason }) => ({
      kind: "network",
      message: `Telegram cannot be reached (${reason}).`,
      fix: `Check the connection of this machine; where Telegram is blocked: openclaw config set ${path}.proxy socks5://host:port`,
    }),
  },
  broken: {
    pace: "quick",
    tellAfter: TELL_AFTER_FAILURES,
    issue: ({ path, reason }) => ({
      kind: "network",
      message: `The connection to Telegram breaks off (${reason}).`,
      fix: `Check the connection of this machine, and ${path}.proxy and ${path}.apiRoot when they are set`,
    }),
  },
  timeout: {
    pace: "quick",
    tellAfter: TELL_AFTER_FAILURES,
    issue: () => ({
      kind: "network",
      message: "Telegram does not answer.",
      fix: "Check the connection of this machine; it is tried again by itself.",
    }),
  },
};

const STORE_ROW: Row = {
  pace: "quick",
  tellAfter: 0,
  issue: () => ({
    kind: "store",
    message: "New messages cannot be stored, so they are left with Telegram.",
    fix: "openclaw doctor; they are fetched by themselves once it is mended",
  }),
};

const UNKNOWN_ROW: Row = {
  pace: "slow",
  tellAfter: 0,
  issue: () => ({ kind: "runtime", message: "Receiving from Telegram failed.", fix: LOGS }),
};

/** Something on this machine that only a person can mend. */
export class LocalFault extends Error {
  override readonly name = "LocalFault";

  constructor(
    message: string,
    readonly issue: Issue,
  ) {
    super(message);
  }
}

/** What is to be done about a failure, and what is to be said. */
export interface Reaction {
  readonly pace: Row["pace"];
  readonly waitMs: number;
  readonly trouble: Trouble;
}

/** How to go on; `random` (0 to 1) spreads the pause. */
export function reactionTo({ error, failures, accountId }: Failing, random: number): Reaction {
  const row = rowOf(error);
  const bounds =
    row.pace === "quick"
      ? { first: QUICK_FIRST_MS, max: QUICK_MAX_MS, jitter: PAUSE_JITTER }
      : { first: SLOW_FIRST_MS, max: SLOW_MAX_MS, jitter: PAUSE_JITTER };
  const reason = error instanceof Error ? error.message : String(error);
  const told = error instanceof CallError ? (error.details.retryAfterMs ?? 0) : 0;
  return {
    pace: row.pace,
    waitMs: Math.max(pauseMs(failures, bounds, random), told),
    trouble: {
      lifecycle: row.pace === "revoked" ? "blocked" : "recovering",
      error: reason,
      ...(failures >= row.tellAfter && {
        issue: row.issue({ accountId, path: configPathOf(accountId), reason }),
      }),
    },
  };
}

function rowOf(error: unknown): Row {
  if (error instanceof StoreError) return STORE_ROW;
  if (error instanceof LocalFault) return { pace: "slow", tellAfter: 0, issue: () => error.issue };
  if (!(error instanceof CallError) || error.trouble === "aborted") return UNKNOWN_ROW;
  return ROWS[error.trouble];
}

/** `first`, doubled with every further failure up to `max`, and up to a part of it more by `random` (0 to 1). */
export function pauseMs(
  failures: number,
  bounds: { readonly first: number; readonly max: number; readonly jitter: number },
  random: number,
): number {
  const plain = doublingMs(failures, bounds.first, bounds.max);
  return Math.round(plain * (1 + bounds.jitter * random));
}
