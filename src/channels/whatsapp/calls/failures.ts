import { isRecord } from "../../../lib/records.ts";
import { SendError } from "../../outbound-message.ts";

/** What questions about a chat are answered with when there is none for us. */
const NO_ACCESS = new Set([401, 403, 404]);

/** An error of the library as what it means for a call: what may have been written may have arrived. */
export function sendFailure(error: unknown): SendError {
  if (error instanceof SendError) return error;
  const words = wordsOf(error);
  const code = codeOf(error);
  if (code !== undefined && NO_ACCESS.has(code)) {
    return new SendError(
      "refused",
      `WhatsApp refused it: this account has no access to that chat (${words}).`,
      {
        cause: error,
      },
    );
  }
  return new SendError("uncertain", `sending by WhatsApp failed: ${words}`, { cause: error });
}

/** The number in an answer that is an error: the library keeps it as data. */
function codeOf(error: unknown): number | undefined {
  if (!isRecord(error) && !(error instanceof Error)) return undefined;
  const data: unknown = "data" in error ? error.data : undefined;
  return typeof data === "number" ? data : undefined;
}

/** Words of an error of the library; what else is in it may be what people said. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "it failed";
}
