import { EgressError } from "../../../lib/egress/index.ts";
import type { FailureKind } from "../model.ts";
import { type Fault, REACTIONS } from "./fault.ts";

/** What an attempt left behind. */
export interface Evidence {
  readonly status?: number | undefined;
  /** What the provider said, or the engine about it. */
  readonly text: string;
  /** An error of the connection. */
  readonly error?: unknown;
  readonly retryAfterMs?: number | undefined;
  /** The kind, where it is plain. */
  readonly kind?: FailureKind | undefined;
  /** `x-should-retry: false`. */
  readonly noRetry?: boolean | undefined;
}

interface Pattern {
  readonly kind: FailureKind;
  readonly test: RegExp;
}

/** Sayings that mean the same under any status. The first match decides. */
const SAYINGS: readonly Pattern[] = [
  {
    kind: "context_overflow",
    test: /prompt (?:is )?too long|request_too_large|input is too long|context[ _](?:window|length)|maximum (?:context|prompt) length|input token count.*exceeds|reduce the length of the messages|available context size|exceeded model token limit|range of input length|model_context_window_exceeded|token limit exceeded/i,
  },
  {
    kind: "billing",
    test: /insufficient[_ ](?:quota|balance|credit|funds)|credit balance|exceeded your current quota|billing|payment required|out of (?:budget|credits)|usage ?limit ?error|monthly usage limit/i,
  },
  { kind: "overloaded", test: /overloaded|high demand|at capacity|slow down/i },
  {
    kind: "rate_limit",
    test: /rate.?limit|too many (?:concurrent )?requests|throttl|resource.?exhausted|(?:weekly|monthly|concurrency) limit/i,
  },
  { kind: "auth", test: /api key (?:not valid|expired)|api_key_invalid/i },
  {
    kind: "refusal",
    test: /content_filter|content policy|refus(?:al|ed to (?:answer|complete))|stopped with: sensitive|safety|prohibited_content/i,
  },
];

/** The same, where no status came with it. */
const STATUSLESS: readonly Pattern[] = [
  {
    kind: "auth",
    test: /no api key|invalid[ _](?:x-)?api.?key|authentication|unauthori[sz]ed|permission_error|invalid_grant|expired token/i,
  },
  { kind: "timeout", test: /timed? ?out|timeout|deadline exceeded/i },
  {
    kind: "server",
    test: /server.?error|server had an error|internal.?error|api_error|service unavailable|bad gateway|finish_reason: error/i,
  },
  {
    kind: "network",
    test: /econn|epipe|enotfound|eai_again|socket|connection|network|fetch failed|terminated|ended without|ended before|unexpected end|json|unterminated|malformed|utf-?8|hang up|stream (?:ended|closed)|getaddrinfo/i,
  },
];

const REVOKED = /revoked|deactivated|suspended|disabled|invalid_grant|no longer valid/i;

/** What kind of failure an attempt ended in, and what to do about it. */
export function classify(evidence: Evidence): Fault {
  const kind = evidence.kind ?? kindOf(evidence);
  const { status, text, retryAfterMs } = evidence;
  const retries = REACTIONS[kind] === "retry" && evidence.noRetry !== true;
  const gone = kind === "auth" && REVOKED.test(text);
  return {
    kind,
    message: text,
    reaction: retries || REACTIONS[kind] !== "retry" ? REACTIONS[kind] : "rotate",
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(gone && { revoked: true }),
  };
}

function kindOf({ status, text, error }: Evidence): FailureKind {
  if (error instanceof EgressError) return kindOfConnection(error);
  const said = SAYINGS.find(({ test }) => test.test(text))?.kind;
  if (status !== undefined && status >= 400) return kindOfStatus(status, said);
  return said ?? STATUSLESS.find(({ test }) => test.test(text))?.kind ?? "unknown";
}

function kindOfConnection({ kind }: EgressError): FailureKind {
  switch (kind) {
    case "timeout":
      return "timeout";
    case "network":
    case "unresolved":
      return "network";
    case "refused":
    case "redirects":
    case "too-large":
      return "format";
  }
}

/** A status decides, but for what providers hide behind a general one. */
function kindOfStatus(status: number, said: FailureKind | undefined): FailureKind {
  switch (status) {
    case 401:
      return "auth";
    case 402:
      return "billing";
    case 403:
      return said === "billing" || said === "refusal" ? said : "auth";
    case 404:
      // Most often a model that is gone: another one may be there.
      return "unknown";
    case 408:
    case 499:
    case 504:
    case 522:
    case 524:
      return "timeout";
    case 413:
      return "context_overflow";
    case 429:
      return said === "billing" || said === "overloaded" ? said : "rate_limit";
    case 529:
      return "overloaded";
    default:
      if (status >= 500) return said === "overloaded" || said === "rate_limit" ? said : "server";
      return said ?? "format";
  }
}
