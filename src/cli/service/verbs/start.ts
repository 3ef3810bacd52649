import type { Run } from "../../command.ts";
import type { startFlags } from "../../commands/service.ts";
import { startGateway } from "../operate.ts";
import { reportOperation } from "./report.ts";

export const run: Run<typeof startFlags> = async ({ flags: { json }, session }) => {
  const options = { action: "start", label: "Starting the gateway", json } as const;
  return reportOperation(session, options, () => startGateway(session));
};
