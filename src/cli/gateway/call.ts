import type { OperatorScope } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { callFlags } from "../commands/gateway.ts";
import { CliError } from "../errors.ts";
import { callGateway } from "../rpc/gateway.ts";
import { jsonOption } from "../words.ts";

export const run: Run<typeof callFlags> = async ({ flags, args, session }) => {
  const { out } = session;
  const method = args[0] ?? "";
  const params = jsonOption(flags.params, "params", {});
  const access = { scopes: await leastScopes(method, params), label: `Calling ${method}` };
  let payload: unknown;
  try {
    payload = await callGateway(session, flags, access, method, params);
  } catch (error) {
    throw error instanceof CliError && !flags.json ? named(error) : error;
  }
  if (!flags.json) out.line(`Gateway call: ${method}`);
  out.json(payload ?? null);
};

/** What the method's declaration asks for; a method unknown here may be anything, so it gets everything. */
async function leastScopes(name: string, params: unknown): Promise<OperatorScope[]> {
  const { METHOD_BY_NAME } = await import("../../protocol/index.ts");
  const method = METHOD_BY_NAME.get(name);
  if (!method) return ["operator.admin"];
  const base: OperatorScope = method.scope.startsWith("operator.")
    ? (method.scope as OperatorScope)
    : "operator.read";
  return [base, ...extraScopes(() => method.scopesFor?.(params))];
}

/** The params were not validated yet; whatever is wrong with them, the gateway says it better. */
function extraScopes(ask: () => readonly OperatorScope[] | undefined): readonly OperatorScope[] {
  try {
    return ask() ?? [];
  } catch {
    return [];
  }
}

function named(error: CliError): CliError {
  return new CliError(`Gateway call failed: ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    exitCode: error.exitCode,
    cause: error,
  });
}
