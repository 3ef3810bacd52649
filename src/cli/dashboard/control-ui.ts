import type { GatewayTarget } from "../../client/index.ts";
import { askLoopback } from "../../lib/loopback-http.ts";
import { noFlags } from "../rpc/flags.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { readTargetConfig } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import { LOOK_TIMEOUT_MS } from "./limits.ts";

/** Where the configured gateway's Control UI is, or why there is none. */
export interface ControlUi {
  readonly target: GatewayTarget;
  readonly httpUrl: string;
  /** Absent when there is something to open. */
  readonly missing?: string;
}

/** Looks whether the configured gateway serves its Control UI. @throws CliError for a configuration that names none */
export async function findControlUi(session: Session): Promise<ControlUi> {
  const target = await targetFrom(session, noFlags(LOOK_TIMEOUT_MS), await readTargetConfig(session));
  const url = new URL(target.url);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  const missing = await whyMissing(target);
  return { target, httpUrl: url.href, ...(missing !== undefined && { missing }) };
}

async function whyMissing({ url, loopback }: GatewayTarget): Promise<string | undefined> {
  // A gateway elsewhere is the browser's to reach.
  if (!loopback) return undefined;
  const { port, protocol, hostname } = new URL(url);
  try {
    const { status, body } = await askLoopback({
      host: hostname === "[::1]" ? "::1" : "127.0.0.1",
      port: Number(port),
      path: "/",
      tls: protocol === "wss:",
      timeoutMs: LOOK_TIMEOUT_MS,
    });
    if (status === 200 && /<html|<!doctype html/i.test(body)) return undefined;
    return "This gateway serves no Control UI: its version has none.";
  } catch {
    // Nobody there, or nobody who speaks HTTP: both mean that there is no gateway.
    return `No gateway answers at ${url}. See why: openclaw gateway status`;
  }
}
