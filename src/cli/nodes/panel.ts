import type { Session } from "../session.ts";
import { type Asked, askNode, type AskFlags } from "./ask-node.ts";

const DONE: Readonly<Record<string, string>> = {
  "canvas.present": "The panel is shown.",
  "canvas.navigate": "The page is loaded.",
  "canvas.hide": "The panel is hidden.",
};

/** Has the panel of a node do something, and says so. @throws CliError when it did not */
export async function showPanel(
  session: Session,
  flags: AskFlags & { readonly json: boolean },
  asked: Asked,
): Promise<void> {
  const result = await askNode(session, flags, asked);
  if (flags.json) session.out.json(result);
  else session.out.line(DONE[asked.command] ?? "Done.");
}
