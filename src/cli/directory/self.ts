import type { Run } from "../command.ts";
import type { selfFlags } from "../commands/chats/directory.ts";
import { askDirectory, atName } from "./ask.ts";

export const run: Run<typeof selfFlags> = async ({ flags, session }) => {
  const { channel, accountId, entries } = await askDirectory(session, flags, "self");
  const { out } = session;
  const [self] = entries;
  if (flags.json) {
    out.json(
      self ?? { status: "unavailable", channel, accountId, reason: "plugin-returned-no-self-identity" },
    );
    return;
  }
  if (self === undefined) {
    out.line(`The ${channel} account ${accountId} has not said yet who it is.`);
    out.note("See whether it is connected: openclaw channels status --probe");
    return;
  }
  const { id, name, handle } = self;
  out.line([id, atName(handle), name].filter((text) => text !== undefined).join(" "));
};
