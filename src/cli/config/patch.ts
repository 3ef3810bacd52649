import { isRecord } from "../../client/index.ts";
import { applyMergePatch, type ConfigPath, formatPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { patchFlags } from "../commands/config.ts";
import { CliError } from "../errors.ts";
import { MAX_BATCH_FILE_BYTES, MAX_PIPED_PATCH_BYTES } from "./limits.ts";
import { openConfig, readPath } from "./open.ts";
import { refuseDrops } from "./protected.ts";
import { readDocument, readInputFile } from "./values.ts";
import { writeConfig } from "./write.ts";

export const run: Run<typeof patchFlags> = async ({ flags, session }) => {
  if ((flags.file === undefined) !== flags.stdin) {
    throw new CliError("Give the patch by --file or by --stdin, one of them.");
  }
  const text =
    flags.file === undefined
      ? await session.readInput(MAX_PIPED_PATCH_BYTES)
      : await readInputFile(flags.file, MAX_BATCH_FILE_BYTES);
  const patch = readDocument(text, flags.file ?? "Standard input");
  if (!isRecord(patch))
    throw new CliError("The patch must be an object, for example {gateway: {port: 19001}}.");
  const named = flags.replacePath.map((path) => formatPath(readPath(path)));
  // A list in the patch replaces the one there: whoever writes it down means it.
  const replaced = [...named, ...listPaths(patch)];
  return writeConfig(
    session,
    openConfig(session),
    {
      change(config) {
        const after = applyMergePatch(config, patch, replaced);
        if (named.length === 0) refuseDrops(config, withDeletions(config, patch, after));
        return after;
      },
      subject: flags.file ?? "the configuration",
      operations: 1,
      inputModes: ["json"],
    },
    flags,
  );
};

/** Deleting by an explicit null is meant, so it does not count as dropped by accident. */
function withDeletions(before: unknown, patch: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(patch) || !isRecord(after)) return after;
  const result: Record<string, unknown> = { ...after };
  for (const [key, value] of Object.entries(patch)) {
    result[key] = value === null ? before[key] : withDeletions(before[key], value, after[key]);
  }
  return result;
}

function listPaths(value: unknown, path: ConfigPath = []): string[] {
  if (Array.isArray(value)) return [formatPath(path)];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => listPaths(inner, [...path, key]));
}
