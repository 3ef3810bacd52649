import type { ChannelAccount } from "../../channel.ts";
import { type OutboundPart, type OutboundPoll, SendError } from "../../outbound-message.ts";
import {
  POLL_MAX_OPTIONS,
  POLL_MAX_SECONDS,
  POLL_MIN_OPTIONS,
  POLL_MIN_SECONDS,
  POLL_OPTION_MAX_CHARS,
  POLL_QUESTION_MAX_CHARS,
} from "./limits.ts";
import { messageIdOf } from "./message.ts";
import type { PollPart } from "./part.ts";

/** A poll as a call; who voted is shown unless told otherwise. @throws SendError `refused` */
export function renderPoll(poll: OutboundPoll, _account: ChannelAccount): OutboundPart {
  const question = poll.question.trim().toWellFormed();
  const options = poll.options.map((option) => option.trim().toWellFormed());
  check(question, options, poll);
  const replyTo = messageIdOf(poll.replyToId);
  const part: PollPart = {
    kind: "poll",
    question,
    options,
    isAnonymous: poll.isAnonymous ?? false,
    allowsMultiple: (poll.maxSelections ?? 1) > 1,
    ...(poll.durationSeconds !== undefined && { openSeconds: poll.durationSeconds }),
    ...(replyTo !== undefined && { replyTo }),
    ...(poll.silent === true && { silent: true }),
  };
  return part;
}

function check(question: string, options: readonly string[], poll: OutboundPoll): void {
  if (question === "") refuse("A poll needs a question.");
  if (question.length > POLL_QUESTION_MAX_CHARS) {
    refuse(
      `The question has ${question.length} characters; Telegram takes at most ${POLL_QUESTION_MAX_CHARS}.`,
    );
  }
  if (options.length < POLL_MIN_OPTIONS || options.length > POLL_MAX_OPTIONS) {
    refuse(
      `Telegram takes polls of ${POLL_MIN_OPTIONS} to ${POLL_MAX_OPTIONS} options, not ${options.length}.`,
    );
  }
  for (const option of options) {
    if (option === "") refuse("An option of the poll is empty.");
    if (option.length > POLL_OPTION_MAX_CHARS) {
      refuse(
        `The option “${option.slice(0, 20).toWellFormed()}…” has ${option.length} characters; Telegram takes at most ${POLL_OPTION_MAX_CHARS}.`,
      );
    }
  }
  const { maxSelections, durationSeconds } = poll;
  if (
    maxSelections !== undefined &&
    !(Number.isInteger(maxSelections) && maxSelections >= 1 && maxSelections <= options.length)
  ) {
    refuse(`${maxSelections} of ${options.length} options cannot be chosen.`);
  }
  if (
    durationSeconds !== undefined &&
    !(
      Number.isInteger(durationSeconds) &&
      durationSeconds >= POLL_MIN_SECONDS &&
      durationSeconds <= POLL_MAX_SECONDS
    )
  ) {
    refuse(
      `A poll on Telegram is open for ${POLL_MIN_SECONDS} to ${POLL_MAX_SECONDS} seconds, not ${durationSeconds}.`,
    );
  }
}

function refuse(why: string): never {
  throw new SendError("refused", why);
}
