import { CliError, EXIT_CONFIG } from "./errors.ts";

/** Turns whatever a command threw into something a person can read. */
export function explainFailure(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const message = error instanceof Error && error.message !== "" ? error.message : String(error);
  return new CliError(message, { cause: error, hint: "Set OPENCLAW_DEBUG=1 to see where it happened." });
}

/** A start that the configuration forbids. */
export function configRefusal(message: string, hint?: string): CliError {
  return new CliError(message, { exitCode: EXIT_CONFIG, ...(hint !== undefined && { hint }) });
}
