import type { Run } from "../command.ts";
import type { sendFlags } from "../commands/chats/message.ts";
import { CliError } from "../errors.ts";
import { perform } from "./action.ts";
import { inMessage } from "./outcome.ts";
import { objectOf, on, textOf } from "./content.ts";

export const run: Run<typeof sendFlags> = async ({ flags, session }) => {
  const { target, media, replyTo, threadId } = flags;
  const presentation = objectOf(
    flags.presentation,
    "presentation",
    '{"blocks": [{"type": "text", "text": "Hi"}]}',
  );
  const delivery = objectOf(flags.delivery, "delivery", '{"pin": true}');
  const message = await textOf(flags.message, session);
  if ((message === undefined || message.trim() === "") && media.length === 0 && !presentation) {
    throw new CliError("There is nothing to send.", {
      hint: 'Give it a text (--message "…"), a file (--media …), or both.',
    });
  }
  const { silent, forceDocument, gifPlayback, asVoice, pin } = flags;
  return perform(session, flags, {
    action: "send",
    params: {
      target,
      message,
      presentation,
      delivery,
      replyTo,
      threadId,
      ...on({ silent, forceDocument, gifPlayback, asVoice, pin }),
    },
    media,
    idempotencyKey: flags.idempotencyKey,
    show: (answer, { out }) => out.line(`Sent to ${target ?? "its default chat"}${inMessage(answer)}.`),
  });
};
