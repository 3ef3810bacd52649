import { CliError } from "./errors.ts";

/** Turns whatever a command threw into something a person can read. */
export function explainFailure(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const message = error instanceof Error && error.message !== "" ? error.message : String(error);
  const hint = systemHint(error);
  if (hint !== undefined) return new CliError(`${hint.what}: ${message}`, { cause: error, hint: hint.mends });
  return new CliError(message, { cause: error, hint: "Set OPENCLAW_DEBUG=1 to see where it happened." });
}

/** What the system refuses, whatever the command was, and what a person does about it. */
function systemHint(error: unknown): { readonly what: string; readonly mends: string } | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const path = "path" in error && typeof error.path === "string" ? ` "${error.path}"` : "";
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return { what: "The disk is full", mends: `Make room, and try again. Look with: df -h${path}` };
    case "EROFS":
      return { what: "The disk is read-only", mends: `Look with: findmnt${path === "" ? "" : ` -T${path}`}` };
    case "EACCES":
    case "EPERM":
      return {
        what: "This user is not permitted to do that",
        mends: `See whom it belongs to: ls -ld${path === "" ? " ~/.openclaw" : path}`,
      };
    default:
      return undefined;
  }
}
