import { displayPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { addFlags } from "../commands/agents.ts";
import { changeRoster, openRoster } from "./roster.ts";

export const run: Run<typeof addFlags> = async ({ flags, args, session }) => {
  const { editor } = await openRoster(session);
  const { workspace, model, emoji } = flags;
  const created = await changeRoster(session, () =>
    editor.create(args[0] ?? "", {
      ...(workspace !== undefined && { workspace }),
      ...(model !== undefined && { model }),
      ...(emoji !== undefined && { identity: { emoji } }),
    }),
  );
  const { out, paths } = session;
  if (flags.json) {
    out.json(created);
    return;
  }
  out.line(`Added agent ${created.agentId}. It lives in ${displayPath(created.workspace, paths.home)}.`);
  out.note(`Talk to it: openclaw agent --agent ${created.agentId} --message "Hello"`);
};
