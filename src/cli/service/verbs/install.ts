import type { Run } from "../../command.ts";
import type { installFlags } from "../../commands/service.ts";
import { installGateway } from "../operate.ts";
import { reportOperation } from "./report.ts";

export const run: Run<typeof installFlags> = async ({ flags, session }) => {
  const { json, runtime, runtimePath, ...wishes } = flags;
  const given = [runtime && "--runtime", runtimePath && "--runtime-path"].filter(
    (name) => name !== undefined,
  );
  const warnings = given.map((name) => `${name} has no effect: the executable is its own runtime.`);
  const options = { action: "install", label: "Installing the service", json, warnings } as const;
  return reportOperation(session, options, () => installGateway(session, wishes));
};
