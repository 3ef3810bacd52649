import { type Answered, type AnswerFiles, maySayAgain, type RunOutcome } from "../../agent/index.ts";
import type { TurnOutcome, TurnReply } from "../../channels/index.ts";
import { isInsideUrl } from "../../lib/egress/index.ts";
import { failureText } from "../turns/saying/outcome-wire.ts";
import { MAX_ANSWER_MESSAGES } from "./limits.ts";

type Payload = RunOutcome["payloads"][number];

/** Which files whoever is answered may have. */
export interface AnswerPlace {
  readonly files: Pick<AnswerFiles, "pathOf">;
  /** Of the agent that answers. */
  readonly workspace: string;
}

/** How a run ended, as the chat it came from is answered; a file that may not be sent is told in words. Never rejects. */
export async function turnOutcome(outcome: RunOutcome, place: AnswerPlace): Promise<TurnOutcome> {
  const { status, answeredBy, provider, model, thinking } = outcome;
  return {
    status,
    replies: await repliesOf(outcome, place),
    ...(answeredBy !== undefined && { answeredBy }),
    ...(model !== "" && {
      model: { provider, model, ...(thinking !== undefined && { thinkingLevel: thinking }) },
    }),
    ...((status === "error" || status === "timeout" || status === "interrupted") && {
      failure: {
        // A group need not read what a provider said: it may name accounts and addresses.
        text: outcome.error?.brief ?? failureText(outcome),
        isTransient: maySayAgain(outcome),
        ...(outcome.error?.isLocal === true && { isLocal: true }),
      },
    }),
  };
}

/** What an answer consists of, one message each; a file that may not be sent is told in words. Never rejects. */
export async function repliesOf(
  { payloads, sessionKey, isForOwner }: RunOutcome,
  { files, workspace }: AnswerPlace,
): Promise<readonly TurnReply[]> {
  const answered = { workspace, sessionKey, isOwner: isForOwner === true };
  const sent = payloads.slice(0, MAX_ANSWER_MESSAGES);
  const replies = await Promise.all(sent.map((payload) => replyOf(payload, files, answered)));
  const left = payloads.length - sent.length;
  return left === 0
    ? replies
    : [...replies, { text: `⚠️ ${left} more files were not sent: an answer brings at most ${sent.length}.` }];
}

async function replyOf(
  { text, mediaUrl, replyToId, replyToCurrent, audioAsVoice }: Payload,
  files: AnswerPlace["files"],
  answered: Answered,
): Promise<TurnReply> {
  const file = mediaUrl === null ? undefined : await fileOf(mediaUrl, files, answered);
  const said = file !== undefined && "refusal" in file ? withNote(text, file.refusal) : text;
  return {
    text: said,
    ...(file !== undefined && "source" in file && { media: file }),
    ...(replyToId !== undefined && { replyToId }),
    ...(replyToCurrent === true && { replyToCurrent }),
    ...(audioAsVoice === true && { asVoice: true }),
  };
}

/** Addresses and data as they are, files of this machine under their real path; what names resolve to shows when they are fetched. */
async function fileOf(
  mediaUrl: string,
  files: AnswerPlace["files"],
  answered: Answered,
): Promise<{ readonly source: string } | { readonly refusal: string }> {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):/i.exec(mediaUrl) ?? [];
  try {
    switch (scheme?.toLowerCase()) {
      case undefined:
        return { source: await files.pathOf(mediaUrl, answered) };
      case "file":
        return { source: await files.pathOf(Bun.fileURLToPath(mediaUrl), answered) };
      case "data":
        return { source: mediaUrl };
      case "http":
      case "https":
        if (isInsideUrl(new URL(mediaUrl))) throw new Error(`${mediaUrl} is not on the public internet`);
        return { source: mediaUrl };
      default:
        throw new Error(`${scheme}: names no file that can be sent`);
    }
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}

function withNote(text: string, refusal: string): string {
  const note = `⚠️ A file was not sent: ${refusal}`;
  return text === "" ? note : `${text}\n\n${note}`;
}
