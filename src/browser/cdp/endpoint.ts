import type { Clock } from "../../lib/clock.ts";
import { Egress, EgressError } from "../../lib/egress/index.ts";
import { isRecord } from "../../lib/records.ts";
import { BrowserError } from "../errors.ts";
import { CDP_CONNECT_TIMEOUT_MS, MAX_VERSION_BYTES } from "../limits.ts";

/** Where a browser's line is. */
export interface CdpEndpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The line of a browser on this machine that somebody else started. @throws BrowserError 503 when none answers there */
export async function localEndpoint(port: number, clock: Clock): Promise<CdpEndpoint> {
  try {
    return await remoteEndpoint(`http://127.0.0.1:${port}`, clock);
  } catch (error) {
    throw new BrowserError(
      503,
      `No browser answers on 127.0.0.1:${port}. Start one with --remote-debugging-port=${port}, or set attachOnly to false.`,
      {},
      { cause: error },
    );
  }
}

/** The line of a browser elsewhere, whose address the owner configured. @throws BrowserError 503 when none answers there */
export async function remoteEndpoint(cdpUrl: string, clock: Clock): Promise<CdpEndpoint> {
  const address = URL.parse(cdpUrl);
  if (!address) throw new BrowserError(400, "cdpUrl cannot be read as an address.");
  const headers = credentialOf(address);
  const bare = new URL(address);
  bare.username = "";
  bare.password = "";
  if (bare.protocol === "ws:" || bare.protocol === "wss:") return { url: bare.href, headers };
  const version = new URL("/json/version", bare);
  version.search = bare.search;
  try {
    const response = await new Egress({ clock }).request(
      version,
      { headers },
      { reach: "public", trusted: [bare.origin] },
      { totalTimeoutMs: CDP_CONNECT_TIMEOUT_MS, maxRedirects: 0, maxBytes: MAX_VERSION_BYTES },
    );
    const line = new URL(lineAt(bare, await response.json()));
    if (line.search === "") line.search = bare.search;
    return { url: line.href, headers };
  } catch (error) {
    const why = error instanceof EgressError ? error.message : "its answer is not that of a browser";
    throw new BrowserError(503, `No browser answers at ${bare.host}: ${why}.`, {}, { cause: error });
  }
}

/** The path comes from the browser, the host never: it is the one that was configured. */
function lineAt(base: URL, version: unknown): string {
  const told = isRecord(version) ? version["webSocketDebuggerUrl"] : undefined;
  const path = typeof told === "string" ? URL.parse(told) : null;
  if (!path) throw new Error("the answer names no DevTools address");
  const line = new URL(path.pathname + path.search, base);
  line.protocol = base.protocol === "https:" || base.protocol === "wss:" ? "wss:" : "ws:";
  return line.href;
}

function credentialOf({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
