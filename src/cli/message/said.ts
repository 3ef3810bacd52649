import { isRecord } from "../../client/index.ts";
import type { Style } from "../terminal/output.ts";
import { wrap } from "../terminal/layout.ts";
import type { Answer } from "./outcome.ts";
import { SAID_COLUMNS } from "./limits.ts";

/** Blanks before what was said. */
const INDENT = "  ";

/** The messages of an answer, each with who said it when. */
export function saidLines({ messages }: Answer, style: Style): string[] {
  const found = Array.isArray(messages) ? messages.filter(isRecord) : [];
  return found.flatMap((message) => {
    const { seq, text } = message;
    const head = `${timeOf(message.at)}  ${authorOf(message)}${typeof seq === "number" ? `  #${seq}` : ""}`;
    const body = typeof text === "string" ? text : "";
    return [
      style.dim(head),
      ...wrap(body.trimEnd(), SAID_COLUMNS - INDENT.length).map((line) => `${INDENT}${line}`.trimEnd()),
    ];
  });
}

function authorOf({ role, senderName, senderId, sessionKey }: Readonly<Record<string, unknown>>): string {
  const where = typeof sessionKey === "string" ? ` in ${sessionKey}` : "";
  if (role === "assistant") return `agent${where}`;
  if (typeof senderName === "string") return `${senderName}${where}`;
  return `${typeof senderId === "string" ? senderId : "user"}${where}`;
}

function timeOf(at: unknown): string {
  if (typeof at !== "number" || !Number.isFinite(at)) return "-";
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
