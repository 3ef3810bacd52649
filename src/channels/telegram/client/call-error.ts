import { SendError, type SendFailure } from "../../outbound-message.ts";

/**
 * What came between a call and its success. `unauthorized`: the token is not (or no longer) valid. `conflict`: somebody else
 * receives for this bot. `flood`: too many calls. `refused`: Telegram said no. `server`: Telegram is in trouble. `not-allowed`:
 * the rules for outgoing connections forbid it. `unreached`: no connection, nothing was sent. `broken`: the connection ended,
 * or what answered was not the Bot API. `timeout`: no answer in time. `aborted`: the caller gave up.
 */
export type CallTrouble =
  | "unauthorized"
  | "conflict"
  | "flood"
  | "refused"
  | "server"
  | "not-allowed"
  | "unreached"
  | "broken"
  | "timeout"
  | "aborted";

/** A call of the Bot API that failed. Neither its message nor anything it holds has the token in it. */
export class CallError extends SendError {
  readonly trouble: CallTrouble;
  readonly method: string;
  /** `error_code` or HTTP status of the answer. */
  readonly code: number | undefined;
  /** What Telegram said, for example `Bad Request: message is not modified`. */
  readonly description: string | undefined;

  constructor(
    failure: SendFailure,
    message: string,
    details: {
      readonly trouble: CallTrouble;
      readonly method: string;
      readonly code?: number | undefined;
      readonly description?: string | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly movedTo?: string | undefined;
    },
  ) {
    const { retryAfterMs, movedTo } = details;
    super(failure, message, {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(movedTo !== undefined && { movedTo }),
    });
    this.trouble = details.trouble;
    this.method = details.method;
    this.code = details.code;
    this.description = details.description;
  }

  /** True when Telegram's own words contain `words`, in whatever case. */
  says(words: string): boolean {
    return this.description?.toLowerCase().includes(words.toLowerCase()) ?? false;
  }
}
