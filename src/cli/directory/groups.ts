import type { Run } from "../command.ts";
import type { directoryFlags } from "../commands/chats/directory.ts";
import { listDirectory } from "./ask.ts";

export const run: Run<typeof directoryFlags> = ({ flags, session }) =>
  listDirectory(session, flags, "groups");
