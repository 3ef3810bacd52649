import { type ConfigPath, invalidConfig, valueAt, withValue } from "../../config/index.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";

/** Changes the configuration in one act. @throws CliError */
export async function editConfig(session: Session, change: (config: unknown) => unknown): Promise<void> {
  try {
    await openConfig(session).edit(change);
  } catch (error) {
    throw configFailure(error, { configPath: session.paths.configPath });
  }
}

/** The configuration with a value, which is written only where it says something new. */
export function withChoice(config: unknown, path: ConfigPath, value: unknown, fallback?: unknown): unknown {
  const now = valueAt(config, path) ?? fallback;
  return now === value ? config : withValue(config, path, value);
}

/** A file that is there and wrong must not be written over, nor filled up. @throws CliError */
export function refuseInvalid(session: Session): void {
  const { valid, issues } = openConfig(session).peek();
  if (valid) return;
  const failure = configFailure(invalidConfig(issues), { configPath: session.paths.configPath });
  if (!(failure instanceof CliError)) throw failure;
  throw new CliError(failure.message, {
    fields: failure.fields,
    beside: failure.beside,
    hint: "Mend it first: openclaw doctor --fix\nOr begin anew; the old file is kept aside: openclaw onboard --reset",
  });
}

/** True when this machine was told what it is: somebody has set it up. */
export function isSetUp(session: Session): boolean {
  const { exists, resolved } = openConfig(session).peek();
  return exists && valueAt(resolved, ["gateway", "mode"]) !== undefined;
}

/** True when this machine only uses a gateway elsewhere. */
export function usesRemote(session: Session): boolean {
  return valueAt(openConfig(session).peek().resolved, ["gateway", "mode"]) === "remote";
}
