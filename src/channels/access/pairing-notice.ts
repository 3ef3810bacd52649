import { namingProfile } from "../../config/index.ts";
import type { ChannelMeta } from "../channel.ts";

/** What a person is told who was let in. */
export const PAIRING_APPROVED_TEXT = "✅ You may write to OpenClaw now. Send a message to begin.";

/** What a stranger is told, in Markdown: who they are here, and what the owner types to let them in. */
export function pairingText(
  meta: Pick<ChannelMeta, "id" | "idLabel">,
  senderId: string,
  code: string,
  profile?: string,
): string {
  return [
    "OpenClaw: access not configured.",
    "",
    `Your ${meta.idLabel}: ${senderId}`,
    "Pairing code:",
    "```",
    code,
    "```",
    "",
    "Ask the bot owner to approve with:",
    "```",
    namingProfile(`openclaw pairing approve ${meta.id} ${code}`, profile),
    "```",
  ].join("\n");
}
