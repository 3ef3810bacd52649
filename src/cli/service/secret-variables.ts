import { isObject, parseDotenv, wholeReference } from "../../config/index.ts";
import { loadsCode, namesSecret } from "../../lib/spawn/index.ts";
import type { InstalledCommand } from "./contract.ts";
import { openConfig } from "../config/open.ts";
import type { Session } from "../session.ts";

/** Secrets of the gateway itself and of channels, read whether the configuration names them or not. */
const OWN_VARIABLES = ["OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD", "TELEGRAM_BOT_TOKEN"] as const;

/** Stand in the definition, or belong to the machine and not to this shell. */
const NEVER =
  /^(?:HOME|PATH|TMPDIR|TEMP|TMP|USER|LOGNAME|SHELL|PWD|OPENCLAW_(?:HOME|STATE_DIR|CONFIG_PATH|PROFILE|GATEWAY_PORT|WRAPPER|SERVICE_.*))$/;

/**
 * Variables that a service needs from this shell: those that the configuration refers to, the gateway's own secrets and
 * the keys of models. What stands in `<state>/.env` is read by the gateway itself. A value that the installed service
 * keeps in its private file stays when this shell does not set it.
 */
export async function secretVariables(
  session: Session,
  installed: InstalledCommand | undefined,
): Promise<Record<string, string>> {
  const { raw } = session.env;
  const kept = keptVariables(installed);
  const wanted = new Set<string>([
    ...OWN_VARIABLES,
    ...referencedVariables(openConfig(session).peek().sourceConfig),
    ...(await modelVariables([...Object.keys(raw), ...Object.keys(kept)])),
  ]);
  const inStateFile = await stateFileVariables(session);
  const found: Record<string, string> = {};
  for (const name of [...wanted].sort()) {
    if (NEVER.test(name) || loadsCode(name) || inStateFile.has(name)) continue;
    const value = raw[name] ?? kept[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Names of the variables that a configuration refers to: `${NAME}`, `$NAME` in the place of a secret, and env references. */
export function referencedVariables(config: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      for (const [, escaped, name] of value.matchAll(/(\$?)\$\{([A-Z_][A-Z0-9_]*)\}/g))
        if (escaped === "" && name !== undefined) names.add(name);
      const whole = wholeReference(value);
      if (whole !== undefined) names.add(whole);
    } else if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value)) {
      if (value["source"] === "env" && typeof value["id"] === "string") names.add(value["id"]);
      Object.values(value).forEach(visit);
    }
  };
  visit(config);
  return names;
}

/** The keys of model providers among these names; the table of providers is only loaded when one of them may be. */
async function modelVariables(names: readonly string[]): Promise<string[]> {
  const possible = names.filter((name) => namesSecret(name) && !name.startsWith("OPENCLAW_"));
  if (possible.length === 0) return [];
  const { PROVIDERS } = await import("../../agent/index.ts");
  const known = new Set(PROVIDERS.flatMap(({ env }) => env));
  return possible.filter((name) => known.has(name));
}

function keptVariables(installed: InstalledCommand | undefined): Record<string, string> {
  if (installed === undefined) return {};
  const { environment, environmentValueSources } = installed;
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => environmentValueSources[name] === "file"),
  );
}

async function stateFileVariables({ paths }: Session): Promise<Set<string>> {
  const file = Bun.file(paths.envFilePath);
  if (!(await file.exists())) return new Set();
  const values = Object.entries(parseDotenv(await file.text()));
  return new Set(values.flatMap(([name, value]) => (value.trim() === "" ? [] : [name])));
}
