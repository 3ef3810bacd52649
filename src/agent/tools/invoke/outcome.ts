import type { ToolResult } from "../tool.ts";

/** Why a tool was not run, or failed, in the words of the wire. */
export interface InvokeFailure {
  /** `tool_error` with status 400: the caller can mend it; with 500: it was the tool. */
  readonly type: "invalid_request" | "not_found" | "tool_call_blocked" | "tool_error";
  readonly message: string;
}

/** What a tool answered outside a turn. */
export type InvokeResult = Pick<ToolResult, "content" | "details">;

/** How an invocation ended. */
export type InvokeOutcome =
  | { readonly ok: true; readonly toolName: string; readonly result: InvokeResult }
  | {
      readonly ok: false;
      readonly toolName: string;
      /** HTTP status. */
      readonly status: 400 | 403 | 404 | 500;
      readonly error: InvokeFailure;
    };

export function failed(
  toolName: string,
  status: 400 | 403 | 404 | 500,
  type: InvokeFailure["type"],
  message: string,
): InvokeOutcome {
  return { ok: false, toolName, status, error: { type, message } };
}
