import type { GatewayTarget } from "../../client/index.ts";
import { askLoopback } from "../../lib/loopback-http.ts";
import { noFlags } from "../rpc/flags.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { readTargetConfig, type TargetSettings } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import { LOOK_TIMEOUT_MS } from "./limits.ts";

/** Where the configured gateway's Control UI is, or why there is none. */
export interface ControlUi {
  readonly target: GatewayTarget;
  readonly httpUrl: string;
  /** Absent when there is something to open. */
  readonly missing?: Missing;
}

/** Why there is nothing to open, and what a person does instead. */
export interface Missing {
  readonly reason: string;
  readonly hint: string;
}

const OTHERWISE = "Talk to the agent here: openclaw agent";

/** Looks whether the configured gateway serves its Control UI. @throws CliError for a configuration that names none */
export async function findControlUi(session: Session): Promise<ControlUi> {
  const settings = await readTargetConfig(session);
  const target = await targetFrom(session, noFlags(LOOK_TIMEOUT_MS), settings);
  const url = new URL(target.url);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  // Where a gateway elsewhere has it, its own configuration says, or the address that was given.
  if (target.implicitLocal) url.pathname = `${settings.controlUi.path}/`;
  const missing = await whyMissing(target, url.pathname, settings);
  return { target, httpUrl: url.href, ...(missing !== undefined && { missing }) };
}

async function whyMissing(
  { url, loopback, implicitLocal }: GatewayTarget,
  path: string,
  { controlUi }: TargetSettings,
): Promise<Missing | undefined> {
  // A gateway elsewhere is the browser's to reach.
  if (!loopback) return undefined;
  const { port, protocol, hostname } = new URL(url);
  try {
    const { status, body } = await askLoopback({
      host: hostname === "[::1]" ? "::1" : "127.0.0.1",
      port: Number(port),
      path,
      tls: protocol === "wss:",
      timeoutMs: LOOK_TIMEOUT_MS,
    });
    if (status === 200 && /<html|<!doctype html/i.test(body)) return undefined;
    if (implicitLocal && !controlUi.enabled)
      return {
        reason:
          "The Control UI is switched off. Switch it on: openclaw config unset gateway.controlUi.enabled",
        hint: OTHERWISE,
      };
    if (status === 503) return { reason: body.trim(), hint: OTHERWISE };
    return { reason: "This gateway serves no Control UI: its version has none.", hint: OTHERWISE };
  } catch {
    // Nobody there, or nobody who speaks HTTP: both mean that there is no gateway.
    return { reason: `No gateway answers at ${url}.`, hint: "See why: openclaw gateway status" };
  }
}
