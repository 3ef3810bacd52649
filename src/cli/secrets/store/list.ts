import type { Run } from "../../command.ts";
import type { storeListFlags } from "../../commands/secrets/store.ts";
import { oneFormat, type StoredEntry, withSecretStore } from "./open.ts";

export const run: Run<typeof storeListFlags> = async ({ flags, session }) => {
  oneFormat(flags);
  const entries = (await withSecretStore(session, (store) => store.entries())).map(shown);
  const { out } = session;
  if (flags.json) {
    out.json({ entries });
    return;
  }
  for (const { name, kind, value } of entries) {
    if (flags.plain) out.line([name, kind, value ?? ""].join("\t"));
    else out.line(`${name} [${kind}]${value === undefined ? " (not shown)" : ` = ${value}`}`);
  }
  if (entries.length === 0 && !flags.plain) out.line("The secret store is empty.");
};

/** The entry as it may be seen. */
function shown({ name, kind, value }: StoredEntry): Omit<StoredEntry, "value"> & { value?: string } {
  return { name, kind, ...(kind === "env" && { value }) };
}
