import type { Run } from "../command.ts";
import type { deleteFlags } from "../commands/sessions.ts";
import { CliError, EXIT_FAILURE } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { plural } from "../words.ts";
import { report, toEach } from "./each.ts";

export const run: Run<typeof deleteFlags> = async ({ flags, args, session }) => {
  if (!flags.yes && !flags.dryRun && !(await agreed(session, args))) {
    session.out.note("Nothing was deleted.");
    return EXIT_FAILURE;
  }
  const scopes = flags.dryRun ? (["operator.read"] as const) : (["operator.read", "operator.admin"] as const);
  const results = await withGateway(session, flags, { scopes }, (client) =>
    toEach(client, args, flags, (key) =>
      client.call("sessions.delete", { key }, { timeoutMs: flags.timeout }),
    ),
  );
  return report(session, results, { ...flags, verb: "Deleted" });
};

async function agreed({ confirm }: Session, keys: readonly string[]): Promise<boolean> {
  const what = keys.length === 1 ? `${keys[0]}` : plural(keys.length, "session");
  if (confirm !== undefined) return confirm(`Delete ${what} with all that was said?`);
  throw new CliError(`Nothing was deleted: nobody is there to confirm it.`, {
    hint: `If you mean it: openclaw sessions delete ${keys.join(" ")} --yes`,
  });
}
