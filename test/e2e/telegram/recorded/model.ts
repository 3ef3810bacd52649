import {
  callTools,
  type FakeModelProvider,
  fail,
  type ModelRequest,
  type Reply,
  say,
  spoken,
} from "../../../fakes/model-provider/index.ts";

/** Answers as the model behind the recording did: `say x`, `tool name {…}`, `slow n`, `fail n`, or an echo. */
export function answerAsRecorded(model: FakeModelProvider): void {
  model.on((request) => replyTo(request, spoken(request.userText)));
}

function replyTo(request: ModelRequest, said: string): Reply {
  const [, tool, args] = /^tool (\S+) (\{.*\})$/s.exec(said) ?? [];
  if (tool !== undefined && args !== undefined) {
    const [result] = request.toolResults;
    return result
      ? say([`done: ${result.text}`])
      : callTools({ name: tool, args: JSON.parse(args) as unknown });
  }
  const [, words] = /^say (.*)$/s.exec(said) ?? [];
  if (words !== undefined) return say([words]);
  const [, count] = /^slow (\d+)$/.exec(said) ?? [];
  if (count !== undefined) return say([wordsUpTo(Number(count))]);
  const [, status] = /^fail (\d+)$/.exec(said) ?? [];
  if (status !== undefined) return fail(Number(status));
  return say([`echo: ${said}`]);
}

/** `w0 w1 …`; the recorded answer to `slow 1000` was 4,926 characters long, which is six words more. */
function wordsUpTo(count: number): string {
  return Array.from({ length: count + 6 }, (_, index) => `w${index} `).join("");
}
