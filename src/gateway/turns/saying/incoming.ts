import type { Attachment, RunRequest, Sender } from "../../../agent/index.ts";
import { invalidRequest, type RunId } from "../../../protocol/index.ts";
import { MAX_MESSAGE_INPUT_CHARS } from "../limits.ts";
import type { SessionTarget } from "../target.ts";

/** Something said to an agent over the gateway, before it is known whether it is a command. */
export interface Incoming extends Pick<
  RunRequest,
  "thinking" | "model" | "timeoutMs" | "queueMode" | "extraSystemPrompt" | "lane" | "label"
> {
  readonly kind: "chat" | "agent";
  readonly runId: RunId;
  readonly target: SessionTarget;
  readonly message: string;
  readonly attachments: readonly Attachment[];
  readonly sender: Sender;
  /** False for text that only looks like a command. */
  readonly mayCommand: boolean;
}

/** Control characters no text needs; line ends and tabs stay. */
const CONTROLS = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** A message as it is kept: composed characters, no control characters. @throws ProtocolError */
export function typed(message: string): string {
  if (message.includes("\0")) throw invalidRequest("message must not contain null bytes");
  if (message.length > MAX_MESSAGE_INPUT_CHARS) {
    throw invalidRequest(`message is too long (${message.length} > ${MAX_MESSAGE_INPUT_CHARS} characters)`);
  }
  return message.normalize("NFC").replace(CONTROLS, "");
}

/** @throws ProtocolError when there is nothing said */
export function requireContent(message: string, attachments: readonly Attachment[]): void {
  if (message.trim() === "" && attachments.length === 0) {
    throw invalidRequest("message or attachment required");
  }
}
