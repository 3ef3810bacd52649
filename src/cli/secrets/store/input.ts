import type { Invocation } from "../../command.ts";
import type { storeSetFlags } from "../../commands/secrets/store.ts";
import { readInputFile } from "../../config/values.ts";
import type { Session } from "../../session.ts";
import { refused, type StoredKind } from "./open.ts";

/** Room for the largest value and the line break after it. */
const MAX_INPUT_BYTES = 65_538;

/** A file of assignments is never longer. */
const MAX_IMPORT_BYTES = 1_048_576;

/** The new value of an entry, from wherever the options say. Throws `CliError`. */
export async function readValue(
  session: Session,
  name: string,
  kind: StoredKind,
  { value, valueFile }: Pick<Invocation<typeof storeSetFlags>["flags"], "value" | "valueFile">,
): Promise<string> {
  if (value !== undefined && valueFile !== undefined)
    throw refused("Use only one of --value or --value-file.", { hint: "Leave one of them out." });
  if (value !== undefined) {
    if (kind === "env") return value;
    throw refused(
      "--value is refused for a secret: command lines are seen by others and kept in histories.",
      {
        hint: "Pipe it in, name a file with --value-file, or leave both out and type it unseen.",
      },
    );
  }
  if (valueFile !== undefined && valueFile !== "-")
    return withoutLineBreak(await readBounded(valueFile, MAX_INPUT_BYTES));
  if (valueFile === undefined && session.prompts !== undefined) {
    const question = `Value of ${name}`;
    return kind === "secret" ? session.prompts.secret({ question }) : session.prompts.text({ question });
  }
  return withoutLineBreak(await session.readInput(MAX_INPUT_BYTES).catch(asRefusal));
}

/** The text of a dotenv file, or of standard input. Throws `CliError`. */
export async function readAssignments(session: Session, from: string | undefined): Promise<string> {
  if (from !== undefined && from !== "-") return readBounded(from, MAX_IMPORT_BYTES);
  return session.readInput(MAX_IMPORT_BYTES).catch(asRefusal);
}

function readBounded(path: string, maxBytes: number): Promise<string> {
  return readInputFile(path, maxBytes).catch(asRefusal);
}

function asRefusal(cause: unknown): never {
  throw refused(cause instanceof Error ? cause.message : String(cause), {
    cause,
    hint: "Pipe the value in, or name a regular file.",
  });
}

function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, "");
}
