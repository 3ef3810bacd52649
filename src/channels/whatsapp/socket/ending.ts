/** Why a connection ended. */
export interface Ending {
  /** WhatsApp's own number of it; 0 when it was the network or ourselves. */
  readonly code: number;
  readonly message: string;
}

/** What an error of the library says of the end. */
export function endingOf(error: unknown): Ending {
  if (error === undefined) return { code: 0, message: "the connection was closed" };
  const message = error instanceof Error ? error.message : "the connection failed";
  return { code: codeOf(error), message };
}

function codeOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("output" in error)) return 0;
  const { output } = error;
  if (typeof output !== "object" || output === null || !("statusCode" in output)) return 0;
  return typeof output.statusCode === "number" ? output.statusCode : 0;
}
