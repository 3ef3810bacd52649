import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { compactFlags } from "../commands/sessions.ts";
import { EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import { callGateway } from "../rpc/gateway.ts";
import { count, keyFor } from "./rows.ts";

export const run: Run<typeof compactFlags> = async ({ flags, args, session }) => {
  const { out } = session;
  const key = keyFor(args[0] ?? "", flags.agent);
  const access = { scopes: ["operator.admin"], label: "Compacting" } as const;
  const params = { key, ...(flags.maxLines !== undefined && { maxLines: flags.maxLines }) };
  const answer = await callGateway(session, flags, access, "sessions.compact", params);
  const { ok, compacted, reason, kept, result } = isRecord(answer) ? answer : {};
  if (flags.json) {
    out.json(answer);
  } else if (compacted !== true) {
    out.note(`Nothing was compacted${typeof reason === "string" ? `: ${reason}` : ""}.`);
  } else if (typeof kept === "number") {
    out.line(`Kept the last ${kept} lines of ${key}.`);
  } else {
    const before =
      isRecord(result) && typeof result.tokensBefore === "number" ? result.tokensBefore : undefined;
    out.line(`Compacted ${key}${before === undefined ? "" : `, which filled ${count(before)} tokens`}.`);
  }
  return ok === false ? EXIT_FAILURE : EXIT_OK;
};
