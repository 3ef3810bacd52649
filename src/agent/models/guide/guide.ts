import type {
  Api,
  AssistantMessage,
  Model as EngineModel,
  ProviderStreams,
  SimpleStreamOptions,
  TranscriptContext,
} from "@earendil-works/pi-ai";
import { AssistantMessageEventStream } from "@earendil-works/pi-ai/utils/event-stream";
import type { Clock } from "../../../lib/clock.ts";
import { emptyMessage } from "../call/relay.ts";
import { answerTo } from "./answer.ts";
import { type Asked, askedIn } from "./conversation.ts";
import type { GuideFacts } from "./facts.ts";
import type { Reply } from "./reply.ts";

/** Characters of one piece of an answer; about what a model says at once. */
const PIECE_CHARS = 24;

/** Pause between pieces, so that an answer is seen to grow. */
const PIECE_PAUSE_MS = 6;

/** Characters that make a token, for estimates. */
const CHARS_PER_TOKEN = 4;

/** The built-in model behind the interface of all others. */
export function guideStreams(facts: GuideFacts, clock: Clock): ProviderStreams {
  const stream = (model: EngineModel<Api>, context: TranscriptContext, options?: SimpleStreamOptions) => {
    const out = new AssistantMessageEventStream();
    void speak(out, { model, context, options: options ?? {}, facts, clock });
    return out;
  };
  return { stream, streamSimple: stream };
}

interface Speech {
  readonly model: EngineModel<Api>;
  readonly context: TranscriptContext;
  readonly options: SimpleStreamOptions;
  readonly facts: GuideFacts;
  readonly clock: Clock;
}

async function speak(out: AssistantMessageEventStream, speech: Speech): Promise<void> {
  const { model, context, facts, clock, options } = speech;
  const message = emptyMessage(model, clock.now());
  try {
    const asked = askedIn(context);
    const reply = answerTo(asked, facts, clock.now());
    message.usage = usageOf(context, asked, reply);
    out.push({ type: "start", partial: message });
    await sayText(out, message, reply.text, speech);
    if ("tool" in reply) callTool(out, message, reply, asked);
    message.stopReason = "tool" in reply ? "toolUse" : "stop";
    out.push({ type: "done", reason: message.stopReason, message });
  } catch (error) {
    message.stopReason = options.signal?.aborted === true ? "aborted" : "error";
    message.errorMessage = error instanceof Error ? error.message : String(error);
    out.push({ type: "error", reason: message.stopReason, error: message });
  }
  out.end();
}

async function sayText(
  out: AssistantMessageEventStream,
  message: AssistantMessage,
  text: string,
  { clock, options }: Speech,
): Promise<void> {
  if (text === "") return;
  const block = { type: "text" as const, text: "" };
  const contentIndex = message.content.push(block) - 1;
  out.push({ type: "text_start", contentIndex, partial: message });
  for (const delta of piecesOf(text)) {
    options.signal?.throwIfAborted();
    block.text += delta;
    out.push({ type: "text_delta", contentIndex, delta, partial: message });
    await new Promise<void>((resolve) => void clock.after(PIECE_PAUSE_MS, resolve));
  }
  out.push({ type: "text_end", contentIndex, content: block.text, partial: message });
}

function callTool(
  out: AssistantMessageEventStream,
  message: AssistantMessage,
  reply: Extract<Reply, { tool: string }>,
  { history }: Asked,
): void {
  const toolCall = {
    type: "toolCall" as const,
    id: `guide_${history.length}_${reply.tool}`,
    name: reply.tool,
    arguments: reply.arguments,
  };
  const contentIndex = message.content.push(toolCall) - 1;
  out.push({ type: "toolcall_start", contentIndex, partial: message });
  out.push({
    type: "toolcall_delta",
    contentIndex,
    delta: JSON.stringify(reply.arguments),
    partial: message,
  });
  out.push({ type: "toolcall_end", contentIndex, toolCall, partial: message });
}

/** Cuts at blanks where it can, and never inside a character. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const word of text.split(/(?<=\s)/)) {
    for (const character of word) {
      if (piece.length >= PIECE_CHARS * 2) {
        pieces.push(piece);
        piece = "";
      }
      piece += character;
    }
    if (piece.length >= PIECE_CHARS) {
      pieces.push(piece);
      piece = "";
    }
  }
  if (piece !== "") pieces.push(piece);
  return pieces;
}

/** Nobody counts tokens here: they are estimated, and cost nothing. */
function usageOf(
  { messages }: TranscriptContext,
  { system }: Asked,
  reply: Reply,
): AssistantMessage["usage"] {
  const heard = messages.reduce(
    (sum, message) => sum + JSON.stringify(message.content).length,
    system.length,
  );
  const input = Math.ceil(heard / CHARS_PER_TOKEN);
  const output = Math.ceil(reply.text.length / CHARS_PER_TOKEN);
  return {
    input,
    output,
    cacheRead: 0,
    cacheWrite: 0,
    totalTokens: input + output,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
  };
}
