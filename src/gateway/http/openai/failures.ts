import type { RunOutcome } from "../../../agent/index.ts";
import { Refusal } from "./refusal.ts";

type RunError = NonNullable<RunOutcome["error"]>;

/** Clients that repeat failed requests by themselves would do a turn twice, with all its effects. */
const DO_NOT_REPEAT = { "x-should-retry": "false" };

/** What the caller is told of a run that did not end well; undefined when it did. */
export function failureOf(outcome: RunOutcome): Refusal | undefined {
  switch (outcome.status) {
    case "ok":
      return undefined;
    case "aborted":
      return failed(500, "api_error", "the run was stopped");
    case "timeout":
      return failed(504, "api_error", "the run took longer than allowed");
    case "interrupted":
      return failed(503, "api_error", "the gateway stopped during the run");
    case "error":
      return ofError(outcome.error);
  }
}

function ofError(error: RunError | undefined): Refusal {
  if (!error || error.coolingDown) return failed(500, "api_error", "internal error");
  const own = error.status !== undefined && error.status >= 400 && error.status < 500;
  const status = (otherwise: number): number => (own ? (error.status ?? otherwise) : otherwise);
  switch (error.kind) {
    case "auth":
      return failed(status(401), "authentication_error", told(error));
    case "billing":
      return failed(status(402), "insufficient_quota", told(error));
    case "rate_limit":
      return failed(status(429), "rate_limit_error", told(error));
    case "format":
    case "refusal":
    case "context_overflow":
      return failed(status(400), "invalid_request_error", told(error));
    case "overloaded":
      return failed(status(503), "api_error", "upstream provider overloaded");
    case "timeout":
      return failed(status(504), "api_error", "upstream provider timeout");
    case "server":
      return failed(status(502), "api_error", "upstream provider error");
    case "network":
      return failed(502, "api_error", "upstream provider not reached");
    case "unknown":
      return own
        ? failed(status(400), "invalid_request_error", told(error))
        : failed(500, "api_error", "internal error");
    case "internal":
    case "interrupted":
      return failed(500, "api_error", "internal error");
  }
}

/** `<status> <what the provider said>`. */
function told({ message, status }: RunError): string {
  if (status === undefined || message.startsWith(String(status))) return message;
  return `${status} ${message}`;
}

function failed(status: number, type: string, message: string): Refusal {
  return new Refusal(status, type, message, DO_NOT_REPEAT);
}

/** An answer without the tool call that the request demanded. */
export function unsatisfiedChoice(message: string): Refusal {
  return failed(502, "api_error", message);
}
