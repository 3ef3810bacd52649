import type { Run } from "../../command.ts";
import type { storeGetFlags } from "../../commands/secrets/store.ts";
import { CliError } from "../../errors.ts";
import { entryName, EXIT_ABSENT, oneFormat, refused, withSecretStore } from "./open.ts";

export const run: Run<typeof storeGetFlags> = async ({ flags, args, session }) => {
  oneFormat(flags);
  const name = entryName(args[0]);
  const entries = await withSecretStore(session, (store) => store.entries());
  const entry = entries.find((one) => one.name === name);
  if (entry === undefined) {
    throw new CliError(`Secret store entry "${name}" was not found.`, {
      exitCode: EXIT_ABSENT,
      hint: `See what is there: openclaw secrets store list`,
    });
  }
  if (entry.kind === "secret") {
    throw refused(`Secret store entry "${name}" is a secret: it can be used and replaced, not shown.`, {
      hint: `Refer to it: openclaw config set <path> --ref-source store --ref-id ${name}`,
    });
  }
  const { out } = session;
  if (flags.json) out.json(entry);
  else out.line(flags.plain ? entry.value : `${name}=${entry.value}`);
};
