import type { SendFailure } from "../../outbound-message.ts";
import { CallError, type CallTrouble } from "./call-error.ts";
import { MAX_DESCRIPTION_CHARS } from "./limits.ts";

/** An answer with `ok: false`. */
export interface Refusal {
  readonly code: number;
  readonly description: string;
  readonly retryAfterSeconds?: number | undefined;
  readonly migrateToChatId?: number | undefined;
}

interface Row {
  readonly code?: number | readonly [number, number];
  readonly words?: RegExp;
  readonly failure: SendFailure;
  readonly trouble: CallTrouble;
}

/** How answers are taken; the first row that fits decides. */
const ROWS: readonly Row[] = [
  { code: 401, failure: "not-ready", trouble: "unauthorized" },
  // A token Telegram has never heard of, or a server that only other bots have logged in to.
  { code: 404, words: /^not found$/i, failure: "not-ready", trouble: "unauthorized" },
  { words: /logged out/i, failure: "not-ready", trouble: "unauthorized" },
  { code: 409, failure: "busy", trouble: "conflict" },
  { code: 420, failure: "busy", trouble: "flood" },
  { code: 429, failure: "busy", trouble: "flood" },
  // Words of the Bot API itself: it says so instead of doing what was asked.
  { code: [500, 599], failure: "busy", trouble: "server" },
  {
    code: 400,
    words: /can't parse (?:entities|.*caption|message text)/i,
    failure: "markup",
    trouble: "refused",
  },
  {
    code: 400,
    words: /entit(?:y|ies).*(?:invalid|too long)|ENTITY_/i,
    failure: "markup",
    trouble: "refused",
  },
  { failure: "refused", trouble: "refused" },
];

/** The error an answer with `ok: false` is. */
export function refusalError(method: string, refusal: Refusal): CallError {
  const { code, retryAfterSeconds, migrateToChatId } = refusal;
  const description = refusal.description.slice(0, MAX_DESCRIPTION_CHARS);
  const row = ROWS.find((one) => fits(one, code, description));
  const failure = row?.failure ?? "refused";
  return new CallError(failure, `Telegram refused ${method}: ${description} (${code})`, {
    trouble: row?.trouble ?? "refused",
    method,
    code,
    description,
    retryAfterMs: retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000,
    movedTo: migrateToChatId === undefined ? undefined : String(migrateToChatId),
  });
}

function fits({ code, words }: Row, actual: number, description: string): boolean {
  const codeFits =
    code === undefined ||
    (typeof code === "number" ? code === actual : actual >= code[0] && actual <= code[1]);
  return codeFits && (words === undefined || words.test(description));
}
