import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type GatewayTarget, pause } from "../../client/index.ts";
import { PRIVATE_DIR_MODE, writeFileAtomic } from "../../config/index.ts";
import { randomIds } from "../../lib/ids.ts";
import type { Session } from "../session.ts";
import { HANDOVER_MS } from "./limits.ts";
import { openInBrowser } from "./open-browser.ts";

/**
 * Opens the browser signed in. The token travels in the fragment of the address, which no server and no log sees, and the
 * address in a page that only this user can read: a list of processes shows the name of the page and no more.
 */
export async function handOver(
  session: Pick<Session, "env" | "paths" | "clock" | "out" | "interrupted">,
  { auth }: Pick<GatewayTarget, "auth">,
  httpUrl: string,
): Promise<boolean> {
  const secret = auth.token ?? auth.password;
  if (secret === undefined) return openInBrowser(session, httpUrl);
  const { tmpDir } = session.paths;
  await mkdir(tmpDir, { recursive: true, mode: PRIVATE_DIR_MODE });
  await sweep(session);
  const page = join(tmpDir, `dashboard-${randomIds.hex(8)}.html`);
  const address = `${httpUrl}#token=${encodeURIComponent(secret)}`;
  // JSON is JavaScript but for what would end the script.
  const literal = JSON.stringify(address).replaceAll("<", "\\u003c");
  // Whoever has seen it open may end that with Ctrl-C; the page goes all the same.
  const signal = session.interrupted();
  writeFileAtomic(
    page,
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>OpenClaw</title><script>location.replace(${literal})</script>\n`,
  );
  try {
    const opened = await openInBrowser(session, page);
    // The opener returns before the browser has read the page.
    const given = pause(opened ? HANDOVER_MS : 0, { clock: session.clock, signal });
    await session.out.during("Opening the browser", given);
    return opened;
  } finally {
    await rm(page, { force: true });
  }
}

/** Removes pages of runs that were killed. */
async function sweep({ paths: { tmpDir }, clock }: Pick<Session, "paths" | "clock">): Promise<void> {
  for (const name of await readdir(tmpDir)) {
    if (!/^dashboard-[0-9a-f]+\.html$/.test(name)) continue;
    const stat = await lstat(join(tmpDir, name)).catch(() => undefined);
    const isOver = stat !== undefined && clock.now() - stat.mtimeMs > HANDOVER_MS * 2;
    if (isOver) await rm(join(tmpDir, name), { force: true });
  }
}
