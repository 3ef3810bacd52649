import type { Run } from "../command.ts";
import type { unsetFlags } from "../commands/config.ts";
import { openConfig, readPath } from "./open.ts";
import { applyOperations, type Operation } from "./operations.ts";
import { subjectOf, writeConfig } from "./write.ts";

export const run: Run<typeof unsetFlags> = async ({ flags, args, session }) => {
  const operation: Operation = {
    path: readPath(args[0] ?? ""),
    mode: "unset",
    value: undefined,
    merge: false,
  };
  return writeConfig(
    session,
    openConfig(session),
    {
      change: (config) => applyOperations(config, [operation]),
      subject: subjectOf([operation]),
      operations: 1,
      inputModes: ["unset"],
    },
    flags,
  );
};
