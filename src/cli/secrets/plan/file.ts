import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { writeFileAtomic } from "../../../config/index.ts";
import { CliError } from "../../errors.ts";
import type { WrittenPlan } from "./plan.ts";

/** Largest plan, blanks included; what is longer was not made by a person or by this program. */
const MAX_PLAN_BYTES = 16_777_216;

/** The parsed content of a plan file: a regular file of bounded size. Throws `CliError`. */
export function readPlanFile(path: string): unknown {
  const text = readBounded(path);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the file.
    throw new CliError(`Malformed JSON in secrets plan file: ${path}`, { hint: "Nothing was written." });
  }
}

/** Writes a plan, in place of an older one and for its owner alone. Throws `CliError` for a plan that could not be read again. */
export function writePlanFile(path: string, plan: WrittenPlan): void {
  const text = `${JSON.stringify(plan, null, 2)}\n`;
  if (Buffer.byteLength(text) > MAX_PLAN_BYTES)
    throw new CliError(`The secrets plan is larger than ${MAX_PLAN_BYTES} bytes and is not written: ${path}`);
  try {
    writeFileAtomic(resolve(path), text);
  } catch (cause) {
    throw new CliError(`The secrets plan could not be written: ${messageOf(cause)}`, { cause });
  }
}

function readBounded(path: string): string {
  let fd: number;
  try {
    // A pipe without a writer must not hang the program.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const message = missing ? `Secrets plan file not found: ${path}` : messageOf(cause);
    throw new CliError(message, { cause, hint: "Name a plan: openclaw secrets apply --from <path>" });
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new CliError(`Secrets plan path is not a regular file: ${path}`);
    if (stat.size > MAX_PLAN_BYTES)
      throw new CliError(`Secrets plan file exceeds ${MAX_PLAN_BYTES} bytes: ${path}`);
    const bytes = Buffer.alloc(stat.size);
    let size = 0;
    while (size < bytes.length) {
      const read = readSync(fd, bytes, size, bytes.length - size, size);
      if (read === 0) break;
      size += read;
    }
    return bytes.toString("utf8", 0, size);
  } finally {
    closeSync(fd);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
