import { isRecord } from "../../client/index.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { jsonOption } from "../words.ts";
import { MAX_INPUT_BYTES } from "./limits.ts";

/** The text to send; `-` reads it from standard input. @throws CliError */
export async function textOf(message: string | undefined, session: Session): Promise<string | undefined> {
  return message === "-" ? (await session.readInput(MAX_INPUT_BYTES)).trimEnd() : message;
}

/** The object a flag holds as JSON. @throws CliError */
export function objectOf(
  raw: string | undefined,
  flag: string,
  example: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = jsonOption(raw, flag, undefined);
  if (value === undefined || isRecord(value)) return value;
  throw new CliError(`--${flag} must be a JSON object.`, { hint: `For example: --${flag} '${example}'` });
}

/** The switches that are on. */
export function on(switches: Readonly<Record<string, boolean>>): Readonly<Record<string, true>> {
  return Object.fromEntries(
    Object.entries(switches).flatMap(([name, isOn]) => (isOn ? [[name, true] as const] : [])),
  );
}
