import type { Run } from "../command.ts";
import type { healthFlags } from "../commands/gateway.ts";
import { callGateway } from "../rpc/gateway.ts";

export const run: Run<typeof healthFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const started = clock.monotonic();
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const health = await callGateway(session, flags, access, "health", {});
  if (flags.json) {
    out.json(health);
    return;
  }
  out.line(out.style.bold("Gateway Health"));
  out.line(`${out.style.green("OK")} (${Math.round(clock.monotonic() - started)}ms)`);
};
