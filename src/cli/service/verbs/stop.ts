import type { Run } from "../../command.ts";
import type { stopFlags } from "../../commands/service.ts";
import { stopGateway } from "../operate.ts";
import { reportOperation } from "./report.ts";

export const run: Run<typeof stopFlags> = async ({ flags: { json, disable }, session }) => {
  const options = { action: "stop", label: "Stopping the gateway", json } as const;
  return reportOperation(session, options, () => stopGateway(session, { disable }));
};
