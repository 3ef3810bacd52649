import { readFile, stat } from "node:fs/promises";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

/** What the options say; `undefined` when they leave it to a conversation. Throws `CliError`. */
export async function messageOf(
  flags: { readonly message: string | undefined; readonly messageFile: string | undefined },
  session: Session,
): Promise<string | undefined> {
  const { message, messageFile } = flags;
  if (message !== undefined && messageFile !== undefined) {
    throw new CliError("Use either --message or --message-file, not both.");
  }
  if (messageFile !== undefined) return filled(await fromFile(messageFile), `${messageFile} is empty.`);
  if (message !== "-") return message;
  return filled(await session.readInput(MAX_MESSAGE_BYTES), "Standard input is empty.");
}

async function fromFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_MESSAGE_BYTES) {
      throw new CliError(`${path} is longer than ${MAX_MESSAGE_BYTES} bytes, the most a message may have.`);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const reason = cause instanceof TypeError ? "it is not UTF-8 text" : String(cause);
    throw new CliError(`${path} cannot be read: ${reason}`, { cause });
  }
}

function filled(text: string, complaint: string): string {
  if (text.trim() === "") throw new CliError(`${complaint} There is nothing to say.`);
  return text.replace(/\n$/, "");
}
