import { type FakeModelProvider, say, spoken } from "../../../fakes/model-provider/index.ts";
import type { Bot, Chat } from "../../../fakes/telegram/index.ts";

const MARK = /\bmark-\d+-\d+\b/g;

/** What a person of a crowd says; the model says it back. */
export function marked(person: number, number: number): string {
  return `mark-${person}-${number}`;
}

export function marksIn(text: string): string[] {
  return text.match(MARK) ?? [];
}

/** Answers every message with the marks of all that was said since the last answer, however many messages that were. */
export function answerMarks(model: FakeModelProvider): void {
  model.on(({ turns }) => {
    const last = turns.findLastIndex(({ role }) => role === "assistant");
    const marks = turns
      .slice(last + 1)
      .flatMap(({ role, text }) => (role === "user" ? marksIn(spoken(text)) : []));
    return marks.length > 0 ? say([`heard: ${marks.join(" ")}`]) : undefined;
  });
}

/** Marks the bot has said in a chat, in the order of its messages. */
export function heardIn(chat: Chat, bot: Bot): string[] {
  return chat.texts(bot).flatMap(marksIn);
}
