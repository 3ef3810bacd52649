import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { pollFlags } from "../commands/chats/message.ts";
import { CliError } from "../errors.ts";
import { perform } from "./action.ts";
import { inMessage } from "./outcome.ts";
import { on } from "./content.ts";

const MIN_OPTIONS = 2;
const MAX_OPTIONS = 12;

export const run: Run<typeof pollFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const pollQuestion = needed(flags.pollQuestion, "poll-question");
  const { pollOption, pollMulti, pollAnonymous, pollPublic, silent, threadId } = flags;
  const { pollDurationSeconds, pollDurationHours } = flags;
  if (pollOption.length < MIN_OPTIONS || pollOption.length > MAX_OPTIONS) {
    throw new CliError(
      `A poll has ${MIN_OPTIONS} to ${MAX_OPTIONS} options; here are ${pollOption.length}.`,
      {
        hint: "Repeat --poll-option for each of them.",
      },
    );
  }
  if (pollAnonymous && pollPublic) {
    throw new CliError("A poll is anonymous or public, not both.", {
      hint: "Give one of --poll-anonymous and --poll-public.",
    });
  }
  if (pollDurationSeconds !== undefined && pollDurationHours !== undefined) {
    throw new CliError("The poll has two durations.", {
      hint: "Give one of --poll-duration-seconds and --poll-duration-hours.",
    });
  }
  return perform(session, flags, {
    action: "poll",
    params: {
      target,
      pollQuestion,
      pollOption,
      pollDurationSeconds,
      pollDurationHours,
      threadId,
      ...on({ pollMulti, pollAnonymous, pollPublic, silent }),
    },
    idempotencyKey: flags.idempotencyKey,
    show: (answer, { out }) => out.line(`Started a poll in ${target}${inMessage(answer)}.`),
  });
};
