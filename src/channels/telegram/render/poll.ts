import type { ChannelAccount } from "../../channel.ts";
import { type OutboundPart, type OutboundPoll, refuse } from "../../outbound-message.ts";
import { type PollRules, pollWords } from "../../polls.ts";
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

const RULES: PollRules = {
  label: "Telegram",
  minOptions: POLL_MIN_OPTIONS,
  maxOptions: POLL_MAX_OPTIONS,
  questionMaxChars: POLL_QUESTION_MAX_CHARS,
  optionMaxChars: POLL_OPTION_MAX_CHARS,
};

/** A poll as a call; who voted is shown unless told otherwise. @throws SendError `refused` */
export function renderPoll(poll: OutboundPoll, _account: ChannelAccount): OutboundPart {
  const words = pollWords(poll, RULES);
  const { durationSeconds } = poll;
  if (durationSeconds !== undefined && !isOpenLongEnough(durationSeconds)) {
    refuse(
      `A poll on Telegram is open for ${POLL_MIN_SECONDS} to ${POLL_MAX_SECONDS} seconds, not ${durationSeconds}.`,
    );
  }
  const replyTo = messageIdOf(poll.replyToId);
  const part: PollPart = {
    kind: "poll",
    ...words,
    isAnonymous: poll.isAnonymous ?? false,
    allowsMultiple: (poll.maxSelections ?? 1) > 1,
    ...(durationSeconds !== undefined && { openSeconds: durationSeconds }),
    ...(replyTo !== undefined && { replyTo }),
    ...(poll.silent === true && { silent: true }),
  };
  return part;
}

function isOpenLongEnough(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= POLL_MIN_SECONDS && seconds <= POLL_MAX_SECONDS;
}
