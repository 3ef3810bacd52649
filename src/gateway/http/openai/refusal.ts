import { errorResponse } from "../responses.ts";

/** A request that is answered with an error; thrown by whatever part notices. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "Refusal";
  }

  get body(): { readonly message: string; readonly type: string } {
    return { message: this.message, type: this.type };
  }

  toResponse(): Response {
    return errorResponse(this.status, this.type, this.message, { ...this.headers });
  }
}

/** The caller's request is wrong: 400. */
export function invalid(message: string): Refusal {
  return new Refusal(400, "invalid_request_error", message);
}

/** Something of ours failed, and the log has the cause: 500. */
export function internalError(): Refusal {
  return new Refusal(500, "api_error", "internal error");
}
