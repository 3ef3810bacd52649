import type { Run } from "../../command.ts";
import type { uninstallFlags } from "../../commands/service.ts";
import { uninstallGateway } from "../operate.ts";
import { reportOperation } from "./report.ts";

export const run: Run<typeof uninstallFlags> = async ({ flags: { json }, session }) => {
  const options = { action: "uninstall", label: "Removing the service", json } as const;
  return reportOperation(session, options, () => uninstallGateway(session));
};
