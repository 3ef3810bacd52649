import { describeOwners, type PortOwner } from "../../../lib/port-owner.ts";
import { StartRefusal } from "./refusal.ts";

export interface BindFailure {
  readonly error: unknown;
  readonly url: string;
  readonly port: number;
  /** Who listens there, when that can be known. */
  readonly owners: readonly PortOwner[];
}

/** Programs that may be a gateway: ours, and what runs it from a checkout. */
const GATEWAYS = /openclaw|clawdbot|moltbot|bun|node/i;

/** Says why the port could not be had, and who has it. */
export function bindRefusal({ error, url, port, owners }: BindFailure): StartRefusal {
  if (codeOf(error) !== "EADDRINUSE") {
    const cause = error instanceof Error ? error.message : String(error);
    return new StartRefusal(1, [`failed to bind gateway socket on ${url}: ${cause}`]);
  }
  const byStranger = owners.length > 0 && owners.every(({ command }) => !GATEWAYS.test(command));
  if (byStranger) {
    return new StartRefusal(1, [
      `Port ${port} is already in use by another program (EADDRINUSE).`,
      ...describeOwners(owners),
      "Use another port: openclaw gateway --port <port>",
      "Or end that program and take its port: openclaw gateway --force",
    ]);
  }
  return new StartRefusal(1, [
    `another gateway instance is already listening on ${url} (EADDRINUSE)`,
    "If the gateway is supervised, stop it with: openclaw gateway stop",
    `Port ${port} is already in use.`,
    ...describeOwners(owners),
    "Take the port over with --force, or use another one: openclaw gateway --port <port>",
  ]);
}

/** The system's error code, such as `EADDRINUSE`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
