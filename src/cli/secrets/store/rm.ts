import type { Run } from "../../command.ts";
import type { storeRmFlags } from "../../commands/secrets/store.ts";
import { agree, entryName, noteReload, withSecretStore } from "./open.ts";

export const run: Run<typeof storeRmFlags> = async ({ flags, args, session }) => {
  const names = [...new Set(args.map(entryName))];
  const { out } = session;
  return withSecretStore(session, async (store) => {
    const stored = await store.names();
    const present = names.filter((name) => stored.includes(name));
    const told = (action: "removed" | "would-remove", line: string) =>
      flags.json ? out.json({ ok: true, action, names: present }) : out.line(line);
    const list = present.length === 0 ? "nothing; no such entry is stored" : present.join(", ");
    if (flags.dryRun) {
      told("would-remove", `Would remove ${list}.`);
      return;
    }
    if (present.length > 0) await agree(session, `Remove ${list} from the secret store?`, flags.yes);
    await store.deleteAll(present);
    told("removed", `Removed ${list}.`);
    return present.length > 0 ? noteReload(session) : undefined;
  });
};
