import type { Logger } from "../../lib/logger.ts";
import type { TailscaleMode } from "./flags.ts";
import type { RunTool } from "../../lib/port-owner.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusals/refusal.ts";

export interface TailscaleDeps {
  readonly run: RunTool;
  readonly log: Logger;
}

/** Offers the gateway inside the tailnet (`serve`) or on the internet (`funnel`) through the Tailscale daemon. */
export class TailscaleExposure {
  private exposed = false;

  constructor(
    private readonly mode: Exclude<TailscaleMode, "off">,
    /** Leave what Tailscale offers as it is when the gateway stops. */
    private readonly preserve: boolean,
    private readonly deps: TailscaleDeps,
  ) {}

  /** @throws StartRefusal when Tailscale is missing or refuses. */
  async start(port: number): Promise<void> {
    const result = await this.deps.run("tailscale", [this.mode, "--bg", "--yes", String(port)]);
    if (!result) {
      throw new StartRefusal(EXIT_CONFIG, [
        `gateway.tailscale.mode is "${this.mode}" but the tailscale command was not found.`,
        "Install Tailscale, or set gateway.tailscale.mode to off.",
      ]);
    }
    if (result.exitCode !== 0) {
      throw new StartRefusal(1, [
        `tailscale ${this.mode} refused (exit ${result.exitCode}): ${result.stdout.trim().slice(0, 300)}`,
        "Check with: tailscale status",
      ]);
    }
    this.exposed = true;
    this.deps.log.info(`offered through tailscale ${this.mode}`, { port });
  }

  async stop(): Promise<void> {
    if (!this.exposed || this.preserve) return;
    this.exposed = false;
    const result = await this.deps.run("tailscale", [this.mode, "reset"]);
    if (result?.exitCode !== 0)
      this.deps.log.warn(`tailscale ${this.mode} reset failed`, { output: result?.stdout });
  }
}
