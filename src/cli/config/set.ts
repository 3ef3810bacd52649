import { isRecord } from "../../client/index.ts";
import { sameValue, valueAt } from "../../config/index.ts";
import type { Invocation, Run } from "../command.ts";
import type { setFlags } from "../commands/config.ts";
import { CliError } from "../errors.ts";
import { providerFromFlags, refFromFlags } from "./builder.ts";
import { MAX_BATCH_FILE_BYTES } from "./limits.ts";
import { openConfig, readPath } from "./open.ts";
import { applyOperations, type Operation } from "./operations.ts";
import { refuseDrops } from "./protected.ts";
import { readDocument, readInputFile, readValue } from "./values.ts";
import { subjectOf, writeConfig } from "./write.ts";

type Flags = Invocation<typeof setFlags>["flags"];

export const run: Run<typeof setFlags> = async ({ flags, args, session }) => {
  refuseMixes(flags);
  const operations = await readOperations(flags, args);
  const store = openConfig(session);
  const expected = expectation(flags);
  return writeConfig(
    session,
    store,
    {
      change(config) {
        const path = operations[0]?.path;
        if (expected && path && !expected(valueAt(store.peek().resolved, path))) {
          throw new CliError(
            `The present value of ${args[0]} is not the expected one; nothing was written.`,
            {
              fields: { kind: "conflict" },
            },
          );
        }
        const after = applyOperations(config, operations);
        if (!flags.replace) refuseDrops(config, after);
        return after;
      },
      subject: subjectOf(operations),
      operations: operations.length,
      inputModes: operations.map(({ mode }) => mode),
    },
    flags,
  );
};

function refuseMixes(flags: Flags): void {
  const expects = flags.expectCurrentJson !== undefined || flags.expectCurrentAbsent;
  const batch = flags.batchJson !== undefined || flags.batchFile !== undefined;
  const pairs: readonly (readonly [boolean, string])[] = [
    [
      flags.expectCurrentJson !== undefined && flags.expectCurrentAbsent,
      "--expect-current-json or --expect-current-absent",
    ],
    [flags.merge && flags.replace, "--merge or --replace"],
    [flags.batchJson !== undefined && flags.batchFile !== undefined, "--batch-json or --batch-file"],
    [expects && batch, "an expectation or a batch"],
    [expects && flags.dryRun, "an expectation or --dry-run"],
  ];
  const mixed = pairs.find(([both]) => both);
  if (mixed) throw new CliError(`Use either ${mixed[1]}, not both.`);
}

async function readOperations(flags: Flags, args: readonly string[]): Promise<Operation[]> {
  const batch = await readBatch(flags);
  const [pathText, valueText] = args;
  if (batch) {
    if (pathText !== undefined) throw new CliError("A batch names its own paths; leave <path> out.");
    return batch;
  }
  if (pathText === undefined) {
    throw new CliError("Missing argument: <path>.", {
      hint: "For example: openclaw config set gateway.port 19001",
    });
  }
  const path = readPath(pathText);
  const built = refFromFlags(flags) ?? providerFromFlags(flags, path);
  if (built !== undefined) {
    if (valueText !== undefined) throw new CliError("Give a value or describe a secret, not both.");
    return [{ path, mode: "builder", value: built, merge: flags.merge }];
  }
  if (valueText === undefined) {
    throw new CliError("Missing argument: <value>.", {
      hint: `To remove it: openclaw config unset ${pathText}`,
    });
  }
  const strict = flags.strictJson || flags.json;
  return [{ path, mode: strict ? "json" : "value", value: readValue(valueText, strict), merge: flags.merge }];
}

async function readBatch(flags: Flags): Promise<Operation[] | undefined> {
  const { batchJson, batchFile } = flags;
  if (batchJson === undefined && batchFile === undefined) return undefined;
  const text = batchJson ?? (await readInputFile(batchFile ?? "", MAX_BATCH_FILE_BYTES));
  const batch = readDocument(text, batchFile ?? "--batch-json");
  if (!Array.isArray(batch) || batch.length === 0) {
    throw new CliError("A batch is a list of changes: [{path, value | ref | provider}].");
  }
  return batch.map((entry: unknown, index) => batchOperation(entry, index, flags.merge));
}

function batchOperation(entry: unknown, index: number, merge: boolean): Operation {
  if (!isRecord(entry) || typeof entry.path !== "string")
    throw new CliError(`Change ${index + 1} of the batch has no path.`);
  const given = ["value", "ref", "provider"].filter((key) => key in entry);
  const kind = given[0];
  if (kind === undefined || given.length > 1) {
    throw new CliError(`Change ${index + 1} of the batch needs one of value, ref and provider.`);
  }
  return {
    path: readPath(entry.path),
    mode: kind === "value" ? "json" : "builder",
    value: entry[kind],
    merge,
  };
}

function expectation(flags: Flags): ((present: unknown) => boolean) | undefined {
  if (flags.expectCurrentAbsent) return (present) => present === undefined;
  if (flags.expectCurrentJson === undefined) return undefined;
  const wanted = readValue(flags.expectCurrentJson, true);
  return (present) => present !== undefined && sameValue(present, wanted);
}
