import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { resetFlags } from "../commands/sessions.ts";
import { callGateway } from "../rpc/gateway.ts";
import { keyFor } from "./rows.ts";

export const run: Run<typeof resetFlags> = async ({ flags, args, session }) => {
  const key = keyFor(args[0] ?? "", flags.agent);
  const access = { scopes: ["operator.admin"], label: "Resetting" } as const;
  const answer = await callGateway(session, flags, access, "sessions.reset", { key });
  if (flags.json) session.out.json(answer);
  else session.out.line(`${isRecord(answer) ? String(answer.key) : key} begins anew.`);
};
