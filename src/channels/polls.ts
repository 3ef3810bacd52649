import { type OutboundPoll, refuse } from "./outbound-message.ts";

/** What a platform takes as a poll. */
export interface PollRules {
  /** The platform, as people call it. */
  readonly label: string;
  readonly minOptions: number;
  readonly maxOptions: number;
  readonly questionMaxChars: number;
  readonly optionMaxChars: number;
}

/** The words of a poll as they are sent, once they fit the rules. Pure. @throws SendError `refused` */
export function pollWords(
  poll: OutboundPoll,
  { label, minOptions, maxOptions, questionMaxChars, optionMaxChars }: PollRules,
): { readonly question: string; readonly options: string[] } {
  const question = poll.question.trim().toWellFormed();
  const options = poll.options.map((option) => option.trim().toWellFormed());
  if (question === "") refuse("A poll needs a question.");
  if (question.length > questionMaxChars) {
    refuse(`The question has ${question.length} characters; ${label} takes at most ${questionMaxChars}.`);
  }
  if (options.length < minOptions || options.length > maxOptions) {
    refuse(`${label} takes polls of ${minOptions} to ${maxOptions} options, not ${options.length}.`);
  }
  for (const option of options) {
    if (option === "") refuse("An option of the poll is empty.");
    if (option.length > optionMaxChars) {
      const beginning = option.slice(0, 20).toWellFormed();
      refuse(
        `The option “${beginning}…” has ${option.length} characters; ${label} takes at most ${optionMaxChars}.`,
      );
    }
  }
  const { maxSelections: max } = poll;
  if (max !== undefined && !(Number.isInteger(max) && max >= 1 && max <= options.length)) {
    refuse(`${max} of ${options.length} options cannot be chosen.`);
  }
  return { question, options };
}
