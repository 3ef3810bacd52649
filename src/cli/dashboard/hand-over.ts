import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { GatewayTarget } from "../../client/index.ts";
import { PRIVATE_DIR_MODE, writeFileAtomic } from "../../config/index.ts";
import { pause } from "../../lib/clock.ts";
import { randomIds } from "../../lib/ids.ts";
import { HANDOVER_MS } from "../begin/limits.ts";
import type { Session } from "../session.ts";
import { openInBrowser } from "./open-browser.ts";

/**
 * Opens the browser signed in. The token travels in the fragment of the address, which no server and no log sees, and the
 * address in a page that only this user can read: a list of processes shows the name of the page and no more.
 */
export async function handOver(
  session: Pick<Session, "env" | "paths" | "clock" | "out">,
  { auth }: Pick<GatewayTarget, "auth">,
  httpUrl: string,
): Promise<boolean> {
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
    if (opened) await session.out.during("Opening the browser", pause(session.clock, HANDOVER_MS));
    return opened;
  } finally {
    await rm(page, { force: true });
  }
}
