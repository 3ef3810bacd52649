import type { CommandRow } from "../command-row.ts";
import { helpRows } from "./help.ts";
import { modelRow, modelsRow } from "./model.ts";
import { activationRow, sendRow, thinkRow } from "./options.ts";
import { queueRow } from "./queue.ts";
import { compactRow, nameRow, newRow, resetRow, steerRow, stopRow } from "./session.ts";
import { contextRow, statusRow, toolsRow, whoamiRow } from "./status.ts";
import { usageRow } from "./usage.ts";

/** Every chat command, in the order lists show them. */
export const ROWS: readonly CommandRow[] = [
  ...helpRows(() => ROWS),
  statusRow,
  whoamiRow,
  toolsRow,
  contextRow,
  usageRow,
  newRow,
  resetRow,
  stopRow,
  compactRow,
  nameRow,
  steerRow,
  modelRow,
  modelsRow,
  thinkRow,
  queueRow,
  activationRow,
  sendRow,
];

/** The commands as data, for pages and lists that are made without a gateway. */
export function commandSummaries(): readonly Pick<
  CommandRow,
  "name" | "aliases" | "summary" | "category" | "audience" | "args" | "parameters"
>[] {
  return ROWS;
}
