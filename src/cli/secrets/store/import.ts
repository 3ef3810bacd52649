import { parseDotenv } from "../../../config/index.ts";
import type { Run } from "../../command.ts";
import type { storeImportFlags } from "../../commands/secrets/store.ts";
import { readAssignments } from "./input.ts";
import { agree, entryName, isPlaceholder, kindOfName, noteReload, refused, withSecretStore } from "./open.ts";

export const run: Run<typeof storeImportFlags> = async ({ flags, session }) => {
  const values = Object.entries(parseDotenv(await readAssignments(session, flags.from)));
  if (values.length === 0) {
    throw refused("There is no NAME=value in what was read.", {
      hint: "Name a dotenv file with --from, or pipe one in.",
    });
  }
  const { out } = session;
  return withSecretStore(session, async (store) => {
    const { checkEntry } = await import("../../../secrets/index.ts");
    const stored = new Map((await store.entries()).map((entry) => [entry.name, entry]));
    const unchanged: string[] = [];
    const entries = values.flatMap(([text, value]) => {
      const name = entryName(text);
      const before = stored.get(name);
      if (isPlaceholder(value) && before !== undefined && !isPlaceholder(before.value)) {
        unchanged.push(name);
        return [];
      }
      const entry = { name, value, kind: flags.kind ?? before?.kind ?? kindOfName(name) };
      checkEntry(entry);
      return [entry];
    });
    const told = (action: "imported" | "would-import", line: string) => {
      if (flags.json) {
        out.json({ ok: true, action, entries: entries.map(({ name, kind }) => ({ name, kind })), unchanged });
        return;
      }
      for (const name of unchanged)
        out.line(`Skipped a redacted value for ${name}; the stored one is unchanged.`);
      out.line(line);
    };
    const count = entries.length === 1 ? "1 entry" : `${entries.length} entries`;
    if (flags.dryRun) {
      told("would-import", `Would import ${count}.`);
      return;
    }
    if (entries.length > 0) await agree(session, `Import ${count} into the secret store?`, flags.yes);
    await store.setAll(entries);
    told("imported", `Imported ${count}.`);
    return entries.length > 0 ? noteReload(session) : undefined;
  });
};
