import { DEFAULT_GATEWAY_PORT, DEV_GATEWAY_PORT, PROFILE_PORT_BASE, PROFILE_PORT_SPAN } from "../limits.ts";

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
