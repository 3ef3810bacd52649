import type { Run } from "../../command.ts";
import type { storeSetFlags } from "../../commands/secrets/store.ts";
import { readValue } from "./input.ts";
import { entryName, isPlaceholder, kindOfName, noteReload, withSecretStore } from "./open.ts";

export const run: Run<typeof storeSetFlags> = async ({ flags, args, session }) => {
  const name = entryName(args[0]);
  const { out } = session;
  return withSecretStore(session, async (store) => {
    const before = (await store.entries()).find((entry) => entry.name === name);
    const kind = flags.kind ?? before?.kind ?? kindOfName(name);
    const value = await readValue(session, name, kind, flags);
    const told = (action: "stored" | "would-store" | "unchanged", line: string) =>
      flags.json ? out.json({ ok: true, name, kind, action }) : out.line(line);
    if (isPlaceholder(value) && before !== undefined && !isPlaceholder(before.value)) {
      told("unchanged", `Skipped a redacted value for ${name}; the stored one is unchanged.`);
      return;
    }
    const { checkEntry } = await import("../../../secrets/index.ts");
    checkEntry({ name, kind, value });
    if (flags.dryRun) {
      told("would-store", `Would store ${name} (${kind}).`);
      return;
    }
    await store.set(name, value, kind);
    told("stored", `Stored ${name} (${kind}).`);
    if (kind === "env" && flags.kind === undefined && flags.value === undefined && before === undefined) {
      out.note(`Its name says it is a setting, which can be shown. If it is a secret: add --kind secret`);
    }
    return noteReload(session);
  });
};
