import type { SessionEntryPatch, SessionRecord } from "../../../store/index.ts";
import type { CommandContext } from "../chat-command.ts";
import type { CommandDeps } from "../command-row.ts";

/** The session a command is about, opened when it is new. @throws StoreError */
export async function openSession(
  { sessions }: CommandDeps,
  { sessionKey: key, agentId, sender, session }: CommandContext,
): Promise<SessionRecord> {
  if (session) return session;
  return (await sessions.enter({ key, agentId, sender, createdVia: "command" })).record;
}

/** Changes what is remembered of the session. @throws StoreError */
export async function patchSession(
  deps: CommandDeps,
  context: CommandContext,
  patch: SessionEntryPatch,
): Promise<void> {
  const { key } = await openSession(deps, context);
  await deps.sessions.patch(key, patch);
}
