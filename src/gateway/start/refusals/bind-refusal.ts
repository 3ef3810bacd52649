import { type PortOwner, portOwners, type RunTool } from "../../../lib/port-owner.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusal.ts";
import type { Keeper } from "../supervision.ts";

/** An address that could not be had. */
export interface BindFailure {
  readonly error: unknown;
  readonly url: string;
  readonly port: number;
  /** Who would start this gateway again. */
  readonly keeper: Keeper | undefined;
}

/** Programs that may be a gateway: ours, and what runs it from a checkout. */
const GATEWAYS = /openclaw|clawdbot|moltbot|bun|node/i;

/**
 * Says why the port could not be had, and who has it. Under a supervisor a gateway that is well is left in control: this
 * start ends with the code that is not tried again.
 */
export async function bindRefusal(failure: BindFailure, run: RunTool): Promise<StartRefusal> {
  const { error, url, port } = failure;
  if (codeOf(error) !== "EADDRINUSE") {
    const cause = error instanceof Error ? error.message : String(error);
    return new StartRefusal(1, [`failed to bind gateway socket on ${url}: ${cause}`]);
  }
  // Most starts find their port free, and need none of this.
  const { askHolder, describeHolder } = await import("./port-holder.ts");
  const owners = (await portOwners(port, run)) ?? [];
  const holder = await askHolder(port, areStrangers(owners));
  return takenPort(failure, { owners, holder, who: describeHolder(holder, owners) });
}

interface Occupancy {
  readonly owners: readonly PortOwner[];
  /** The gateway that answers there and is well. */
  readonly holder: object | undefined;
  /** Who it is, a line each. */
  readonly who: readonly string[];
}

/** Whoever has the port is known, and by its name no gateway. */
function areStrangers(owners: readonly PortOwner[]): boolean {
  return owners.length > 0 && owners.every(({ command }) => !GATEWAYS.test(command));
}

function takenPort({ url, port, keeper }: BindFailure, { owners, holder, who }: Occupancy): StartRefusal {
  if (holder === undefined && areStrangers(owners)) {
    return new StartRefusal(1, [
      `Port ${port} is already in use by another program (EADDRINUSE).`,
      ...who,
      "Use another port: openclaw gateway --port <port>",
      "Or end that program and take its port: openclaw gateway --force",
    ]);
  }
  const leaves = holder !== undefined && keeper !== undefined;
  return new StartRefusal(leaves ? EXIT_CONFIG : 1, [
    `another gateway instance is already listening on ${url} (EADDRINUSE)`,
    "If the gateway is supervised, stop it with: openclaw gateway stop",
    `Port ${port} is already in use.`,
    ...who,
    ...(leaves
      ? [
          `It is well and is left in control; this service ends with exit code ${EXIT_CONFIG} and is not to be tried again.`,
          "Give one of them another port, then start this one: openclaw gateway install --force --port <port>",
        ]
      : ["Take the port over with --force, or use another one: openclaw gateway --port <port>"]),
  ]);
}

/** The system's error code, such as `EADDRINUSE`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
