import { CliError, EXIT_OK } from "../../errors.ts";
import type { Session } from "../../session.ts";
import type { LifecycleAction } from "../lifecycle-log.ts";
import type { GatewayOperation } from "../operation.ts";

/** How an operation is shown while it runs and afterwards. */
export interface ReportOptions {
  readonly action: LifecycleAction;
  /** For a person who waits: `Starting the gateway`. */
  readonly label: string;
  readonly json: boolean;
  /** Remarks about the command line itself. */
  readonly warnings?: readonly string[];
}

/** Carries an operation out and tells what came of it; resolves to the exit code. */
export async function reportOperation(
  { out }: Session,
  { action, label, json, warnings = [] }: ReportOptions,
  work: () => Promise<GatewayOperation>,
): Promise<number> {
  let operation: GatewayOperation;
  try {
    operation = await out.during(label, work());
  } catch (error) {
    if (!json || !(error instanceof CliError)) throw error;
    const hints = error.hint?.split("\n").map((hint) => out.shown(hint));
    out.json({
      action,
      ok: false,
      ...error.beside,
      error: error.message,
      ...error.fields,
      ...(hints && { hints }),
      warnings,
    });
    return error.exitCode;
  }
  const all = { ...operation, warnings: [...warnings, ...operation.warnings] };
  if (json) out.json(operationJson(all, (text) => out.shown(text)));
  else print(all, out);
  return EXIT_OK;
}

function operationJson(
  operation: GatewayOperation,
  shown: (text: string) => string,
): Record<string, unknown> {
  const { action, result, messages, service, warnings, answer, hints } = operation;
  return {
    action,
    ok: true,
    result,
    message: messages.map(shown).join("\n"),
    ...(service && { service }),
    warnings: warnings.map(shown),
    ...(hints.length > 0 && { hints: hints.map(shown) }),
    ...(answer && {
      gateway: {
        url: answer.url,
        port: answer.port,
        ...(answer.owner && { pid: answer.owner.pid, version: answer.owner.version }),
        waitedMs: answer.waitedMs,
        failing: answer.failing,
      },
    }),
  };
}

function print(operation: GatewayOperation, out: Session["out"]): void {
  const { messages, warnings, answer, hints } = operation;
  for (const message of messages) out.line(message);
  if (answer !== undefined) {
    const pid = answer.owner === undefined ? "" : `, pid ${answer.owner.pid}`;
    out.line(`Gateway answers: ${answer.url} (after ${(answer.waitedMs / 1_000).toFixed(1)} s${pid})`);
    if (answer.failing.length > 0) out.warn(`Not healthy yet: ${answer.failing.join(", ")}`);
  }
  for (const warning of warnings) out.warn(warning);
  for (const hint of hints) out.note(hint);
}
