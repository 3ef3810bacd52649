import type { Env } from "../env.ts";
import { DEFAULT_GATEWAY_PORT, DEV_GATEWAY_PORT, PROFILE_PORT_BASE, PROFILE_PORT_SPAN } from "../limits.ts";
import type { OpenClawConfig } from "../schema/index.ts";

/** Where a port came from, strongest first. */
export type PortSource = "flag" | "env" | "config" | "profile" | "default";

export interface PortChoice {
  readonly port: number;
  readonly source: PortSource;
}

export interface PortInputs {
  /** `--port`. */
  readonly flag?: number | undefined;
  /** `OPENCLAW_GATEWAY_PORT`. */
  readonly env?: number | undefined;
  /** `gateway.port`. */
  readonly config?: number | undefined;
  readonly profile?: string | undefined;
}

/** The gateway's port: flag, environment, config, derived from the profile, 18789. */
export function resolvePort(inputs: PortInputs): PortChoice {
  if (inputs.flag !== undefined) return { port: inputs.flag, source: "flag" };
  if (inputs.env !== undefined) return { port: inputs.env, source: "env" };
  if (inputs.config !== undefined) return { port: inputs.config, source: "config" };
  if (inputs.profile !== undefined) return { port: profilePort(inputs.profile), source: "profile" };
  return { port: DEFAULT_GATEWAY_PORT, source: "default" };
}

/** The port of a named profile: 19001 for `dev`, otherwise spread by name so that profiles do not collide. */
export function profilePort(profile: string): number {
  if (profile === "dev") return DEV_GATEWAY_PORT;
  return PROFILE_PORT_BASE + (fnv1a32(profile) % PROFILE_PORT_SPAN);
}

const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over the UTF-8 bytes of `text`, as an unsigned 32-bit number. */
export function fnv1a32(text: string): number {
  let hash = FNV_OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}

const MAX_PORT = 65_535;

/** The browser control service listens this far above the gateway's own port. */
export const BROWSER_CONTROL_OFFSET = 2;

/** First and last port, counted from the control service's, that profiles of the browser get. */
const CDP_OFFSETS = { first: 9, last: 108 } as const;

/** Whether there is browser control, and where it listens; always on loopback. */
export interface BrowserControlPlan {
  /** Why there is none, as in "it is off: …"; undefined when there is. */
  readonly off: string | undefined;
  /** A port that was named; without one it follows the gateway's own. */
  readonly port: number | undefined;
  /** What of an older setting could not be followed, for a person. */
  readonly note: string | undefined;
}

/** What environment and configuration say of browser control; the environment wins. */
export function browserControlPlan(
  env: Pick<Env, "skip" | "browser">,
  { browser }: Pick<OpenClawConfig, "browser">,
): BrowserControlPlan {
  const off = env.skip.browserControl
    ? "OPENCLAW_SKIP_BROWSER_CONTROL_SERVER is set"
    : browser?.enabled === false
      ? "browser.enabled is false"
      : undefined;
  const named = env.browser.controlUrl ?? browser?.controlUrl;
  const place = named === undefined ? undefined : portOfUrl(named);
  const note =
    named !== undefined && place === undefined
      ? "The address of browser control must be http:// on this machine; it is ignored, because the service listens on loopback alone."
      : undefined;
  return { off, port: place ?? browser?.controlPort, note };
}

/** The port of the control service for a gateway on `gatewayPort`. */
export function browserControlPort({ port }: Pick<BrowserControlPlan, "port">, gatewayPort: number): number {
  return port ?? gatewayPort + BROWSER_CONTROL_OFFSET;
}

/** The ports that profiles get, one after the other, for a control service on `controlPort`. */
export function cdpPorts(controlPort: number): number[] {
  const { first, last } = CDP_OFFSETS;
  return Array.from({ length: last - first + 1 }, (_, index) => controlPort + first + index).filter(
    (port) => port <= MAX_PORT,
  );
}

function portOfUrl(text: string): number | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" || !["127.0.0.1", "localhost", "[::1]"].includes(url.hostname))
    return undefined;
  return Number(url.port || "80");
}

/** The canvas's own listener stands this far above the gateway's port. */
export const CANVAS_OFFSET = 4;

/** Whether there is a canvas, and where its own listener is; always on loopback. */
export interface CanvasPlan {
  /** Why there is none, as in "it is off: …"; undefined when there is. */
  readonly off: string | undefined;
  /** A port that was named; without one it follows the gateway's own. */
  readonly port: number | undefined;
}

/** What environment and configuration say of the canvas; the environment wins. */
export function canvasPlan(
  env: Pick<Env, "skip" | "canvasHostPort">,
  { canvasHost }: Pick<OpenClawConfig, "canvasHost">,
): CanvasPlan {
  const off = env.skip.canvasHost
    ? "OPENCLAW_SKIP_CANVAS_HOST is set"
    : canvasHost?.enabled === false
      ? "canvasHost.enabled is false"
      : undefined;
  return { off, port: env.canvasHostPort ?? canvasHost?.port };
}

/** The port of the canvas's own listener beside a gateway on `gatewayPort`; undefined when that is the gateway's own. */
export function canvasPort({ port }: Pick<CanvasPlan, "port">, gatewayPort: number): number | undefined {
  const own = port ?? gatewayPort + CANVAS_OFFSET;
  return own === gatewayPort || own > MAX_PORT ? undefined : own;
}
