import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { reactFlags } from "../commands/chats/message.ts";
import { CliError } from "../errors.ts";
import { perform } from "./action.ts";
import { on } from "./content.ts";

export const run: Run<typeof reactFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const messageId = needed(flags.messageId, "message-id");
  const emoji = flags.emoji?.trim() ?? "";
  if (flags.remove && emoji === "") {
    throw new CliError("--remove needs the emoji that is to be taken away.", {
      hint: "For example: --emoji 👍 --remove. Without --emoji and --remove every own reaction goes.",
    });
  }
  return perform(session, flags, {
    action: "react",
    params: { target, messageId, emoji, ...on({ remove: flags.remove }) },
    show: (answer, { out }) =>
      out.line(
        answer.removed === true
          ? `Took the reaction from message ${messageId}.`
          : `Reacted to message ${messageId}.`,
      ),
  });
};
