import type { ChannelAccount } from "../../channel.ts";
import { type OutboundPart, type OutboundPoll, refuse } from "../../outbound-message.ts";
import { type PollRules, pollWords } from "../../polls.ts";
import {
  POLL_MAX_OPTIONS,
  POLL_MIN_OPTIONS,
  POLL_OPTION_MAX_CHARS,
  POLL_QUESTION_MAX_CHARS,
} from "./limits.ts";
import type { PollPart } from "./part.ts";

const RULES: PollRules = {
  label: "WhatsApp",
  minOptions: POLL_MIN_OPTIONS,
  maxOptions: POLL_MAX_OPTIONS,
  questionMaxChars: POLL_QUESTION_MAX_CHARS,
  optionMaxChars: POLL_OPTION_MAX_CHARS,
};

/** A poll as a call. @throws SendError `refused` */
export function renderPoll(poll: OutboundPoll, _account: ChannelAccount): OutboundPart {
  const words = pollWords(poll, RULES);
  if (new Set(words.options).size < words.options.length) refuse("Two options of the poll are the same.");
  if (poll.durationSeconds !== undefined) refuse("A poll on WhatsApp stays open; leave its duration out.");
  const part: PollPart = {
    kind: "poll",
    ...words,
    selectable: poll.maxSelections ?? 1,
    ...(poll.replyToId !== undefined && { replyTo: poll.replyToId }),
  };
  return part;
}
