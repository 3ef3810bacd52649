import { isRecord } from "../../../client/browser/index.ts";

/** What is read of a stored message. */
export interface MessageLike {
  readonly id: string;
  readonly role: string;
  readonly content: unknown;
  readonly timestamp: unknown;
  /** Of the run whose beginning it is, when the sender chose it. */
  readonly runId: string | undefined;
  readonly toolCallId: string | undefined;
  readonly isError: boolean;
  readonly errorMessage: string | undefined;
}

/** Pictures that a browser draws and that carry no program, unlike SVG. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;

/** Reads a message as it came; `undefined` when it is none. */
export function readMessage(value: unknown): MessageLike | undefined {
  if (!isRecord(value) || typeof value.role !== "string") return undefined;
  const facts = isRecord(value.__openclaw) ? value.__openclaw : {};
  const key = textOf(value.idempotencyKey) ?? textOf(facts.idempotencyKey);
  return {
    id: textOf(facts.id) ?? `${value.role}:${String(value.timestamp)}`,
    role: value.role,
    content: value.content,
    timestamp: value.timestamp,
    runId: key?.endsWith(":user") === true ? key.slice(0, -":user".length) : undefined,
    toolCallId: textOf(value.toolCallId),
    isError: value.isError === true,
    errorMessage:
      value.stopReason === "error" ? (textOf(value.errorMessage) ?? "The answer failed.") : undefined,
  };
}

/** The text of a message, its other parts left out. */
export function textIn(content: unknown): string {
  if (typeof content === "string") return content;
  return partsOf(content, "text")
    .flatMap((part) => textOf(part.text) ?? [])
    .join("\n");
}

/** The pictures of a message that came along, as addresses of what they are. */
export function imagesIn(content: unknown): string[] {
  return partsOf(content, "image").flatMap(({ data, mimeType }) =>
    typeof data === "string" && typeof mimeType === "string" && PICTURES.test(mimeType)
      ? [`data:${mimeType};base64,${data}`]
      : [],
  );
}

/** The tools an answer called. */
export function toolCallsIn(
  content: unknown,
): { readonly id: string; readonly name: string; readonly input: unknown }[] {
  return partsOf(content, "toolCall").flatMap(({ id, name, arguments: input }) =>
    typeof id === "string" && typeof name === "string" ? [{ id, name, input }] : [],
  );
}

function partsOf(content: unknown, type: string): Readonly<Record<string, unknown>>[] {
  return Array.isArray(content) ? content.filter(isRecord).filter((part) => part.type === type) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
