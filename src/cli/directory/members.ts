import type { Run } from "../command.ts";
import type { membersFlags } from "../commands/chats/directory.ts";
import { needed } from "../words.ts";
import { listDirectory } from "./ask.ts";

export const run: Run<typeof membersFlags> = async ({ flags, session }) => {
  const groupId = needed(flags.groupId, "group-id");
  await listDirectory(session, { ...flags, groupId }, "members");
};
