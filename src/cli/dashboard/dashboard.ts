import type { Run } from "../command.ts";
import type { dashboardFlags } from "../commands/begin.ts";
import { CliError } from "../errors.ts";
import { findControlUi } from "./control-ui.ts";
import { handOver } from "./hand-over.ts";

export const run: Run<typeof dashboardFlags> = async ({ flags, session }) => {
  const { out } = session;
  const { target, httpUrl, missing } = await findControlUi(session);
  const links = { httpUrl, wsUrl: target.url, port: Number(new URL(target.url).port) };
  if (flags.json) {
    if (missing !== undefined) {
      const { reason, hint } = missing;
      throw new CliError(reason, { hint, beside: { reason, ...links } });
    }
    // A secret in a document ends in logs: a program that may have it reads it from the configuration.
    out.json({ ok: true, url: httpUrl, ...links, tokenIncluded: false });
    return undefined;
  }
  out.line(httpUrl);
  if (missing !== undefined) {
    const { reason, hint } = missing;
    if (flags.open) throw new CliError(reason, { hint });
    out.note(reason);
    out.note(hint);
    return undefined;
  }
  if (flags.open && (await handOver(session, target, httpUrl))) return undefined;
  out.note("Sign in there with the gateway's token; see it with: openclaw gateway auth-token --show");
  if (target.loopback && flags.open) {
    out.note(
      `No browser could be opened here. From another machine: ssh -N -L ${links.port}:127.0.0.1:${links.port} <this machine>`,
    );
  }
  return undefined;
};
