import { valueAt } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { readFlags } from "../commands/config.ts";
import { CliError } from "../errors.ts";
import { isKnownPath, openConfig, readPath } from "./open.ts";

export const run: Run<typeof readFlags> = async ({ flags, args, session }) => {
  const { out } = session;
  const text = args[0] ?? "";
  const path = readPath(text);
  const view = await openConfig(session).redactedView();
  const value = valueAt(view.resolved, path);
  if (value === undefined) throw absent(text);
  if (typeof value === "string" && !flags.json) out.raw(`${value}\n`);
  else out.json(value);
};

function absent(path: string): CliError {
  if (isKnownPath(path)) {
    return new CliError(`Config path is valid but unset: ${path}. The built-in default applies.`, {
      hint: `Set it with: openclaw config set ${path} <value>`,
    });
  }
  return new CliError(`Unknown config path: ${path}.`, { hint: "See every key: openclaw config schema" });
}
