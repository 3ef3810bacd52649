import { displayPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import { type OnboardFlags, setupFlags } from "../commands/begin.ts";
import { CliError } from "../errors.ts";
import { flagName } from "../flags.ts";
import type { Session } from "../session.ts";
import { refuseForeignState } from "../whose-state.ts";
import { editConfig, refuseInvalid, withChoice } from "./edit.ts";
import { onboard } from "./onboard.ts";
import { gatewaySetting } from "./steps/gateway.ts";
import { settleWorkspace } from "./steps/workspace.ts";

/** What the baseline takes: where the agent works, and how the answer looks. */
const BASELINE_FLAGS: readonly string[] = ["baseline", "workspace", "skipBootstrap", "acceptRisk", "json"];

export const run: Run<typeof setupFlags> = async ({ flags, session }) => {
  const { baseline: asked, wizard, ...onboarding } = flags;
  const stray = strayFlags(flags);
  // In scripts `--dev setup` never asked anything.
  const scripted = session.profile === "dev" && session.prompts === undefined && stray.length === 0;
  if (!asked && !scripted) return onboard(session, onboarding);
  if (asked && (wizard || stray.length > 0)) {
    const named = (wizard ? ["wizard"] : stray).map((key) => `--${flagName(key)}`).join(", ");
    throw new CliError(`${named} does not go with --baseline, which onboards nobody.`, {
      hint: "Leave --baseline out, or do the rest with: openclaw onboard",
    });
  }
  await baseline(session, onboarding);
  return undefined;
};

/** Writes `gateway.mode` and makes the folders; what is there stays. @throws CliError */
async function baseline(session: Session, flags: OnboardFlags): Promise<void> {
  const { out, paths } = session;
  refuseForeignState(session);
  refuseInvalid(session);
  await editConfig(session, (config) => withChoice(config, ["gateway", "mode"], "local"));
  const { workspace: folder, skipBootstrap } = flags;
  const workspace = await settleWorkspace(session, { workspace: folder, skipBootstrap });
  const { port } = gatewaySetting(session);
  if (flags.json) {
    out.json({
      ok: true,
      baseline: true,
      configPath: paths.configPath,
      stateDir: paths.stateDir,
      workspace,
      gateway: { port },
    });
    return;
  }
  out.line(`Configuration: ${displayPath(paths.configPath, paths.home)}`);
  out.line(`Workspace: ${displayPath(workspace, paths.home)}`);
  out.line(`Sessions: ${displayPath(paths.dbPath, paths.home)}`);
  out.note(`Start the gateway (port ${port}): openclaw gateway`);
  out.note("Or set up the rest: openclaw onboard");
}

/** Flags that were given and that the baseline does not take. */
function strayFlags(flags: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(setupFlags).flatMap(([key, flag]) =>
    flags[key] === flag.absent || BASELINE_FLAGS.includes(key) || key === "wizard" ? [] : [key],
  );
}
