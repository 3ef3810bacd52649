import { jsonResponse } from "../responses.ts";

/** A hook that was not taken, and why. */
export class HookRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The run it would have been. */
    readonly runId?: string,
  ) {
    super(message);
  }

  toResponse(): Response {
    const { status, message: error, runId } = this;
    return jsonResponse(status, { ok: false, error, ...(runId !== undefined && { runId }) });
  }
}

/** The request is not one. */
export function invalid(message: string): HookRefusal {
  return new HookRefusal(400, message);
}
