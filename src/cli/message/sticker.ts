import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { stickerFlags } from "../commands/chats/message.ts";
import { perform } from "./action.ts";
import { inMessage } from "./outcome.ts";

export const run: Run<typeof stickerFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const stickerId = needed(flags.stickerId, "sticker-id");
  return perform(session, flags, {
    action: "sticker",
    params: { target, stickerId, replyTo: flags.replyTo, threadId: flags.threadId },
    idempotencyKey: flags.idempotencyKey,
    show: (answer, { out }) => out.line(`Sent to ${target}${inMessage(answer)}.`),
  });
};
