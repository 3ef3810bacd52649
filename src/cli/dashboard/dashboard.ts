import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type GatewayTarget, pause } from "../../client/index.ts";
import { PRIVATE_DIR_MODE, writeFileAtomic } from "../../config/index.ts";
import { randomIds } from "../../lib/ids.ts";
import type { Run } from "../command.ts";
import type { dashboardFlags } from "../commands/begin.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { findControlUi } from "./control-ui.ts";
import { HANDOVER_MS } from "../begin/limits.ts";
import { openInBrowser } from "./open-browser.ts";

export const run: Run<typeof dashboardFlags> = async ({ flags, session }) => {
  const { out } = session;
  const { target, httpUrl, missing: reason } = await findControlUi(session);
  const links = { httpUrl, wsUrl: target.url, port: Number(new URL(target.url).port) };
  if (flags.json) {
    // A secret in a document ends in logs: a program that may have it reads it from the configuration.
    out.json(
      reason === undefined
        ? { ok: true, url: httpUrl, ...links, tokenIncluded: false }
        : { ok: false, reason, ...links },
    );
    return reason === undefined ? undefined : 1;
  }
  out.line(httpUrl);
  if (reason !== undefined) {
    if (!flags.open) out.note(reason);
    else throw new CliError(reason, { hint: "Talk to the agent here: openclaw agent" });
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

/**
 * Opens the browser signed in. The token travels in the fragment of the address, which no server and no log sees, and the
 * address in a page that only this user can read: a list of processes shows the name of the page and no more.
 */
async function handOver(session: Session, { auth }: GatewayTarget, httpUrl: string): Promise<boolean> {
  const secret = auth.token ?? auth.password;
  if (secret === undefined) return openInBrowser(session, httpUrl);
  const { tmpDir } = session.paths;
  const page = join(tmpDir, `dashboard-${randomIds.hex(8)}.html`);
  await mkdir(tmpDir, { recursive: true, mode: PRIVATE_DIR_MODE });
  const address = `${httpUrl}#token=${encodeURIComponent(secret)}`;
  // JSON is JavaScript but for what would end the script.
  const literal = JSON.stringify(address).replaceAll("<", "\\u003c");
  writeFileAtomic(
    page,
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>OpenClaw</title><script>location.replace(${literal})</script>\n`,
  );
  try {
    const opened = await openInBrowser(session, page);
    // The opener returns before the browser has read the page.
    if (opened) await session.out.during("Opening the browser", pause(HANDOVER_MS, session));
    return opened;
  } finally {
    await rm(page, { force: true });
  }
}
