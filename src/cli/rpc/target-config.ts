import type { TargetConfig } from "../../client/index.ts";
import { type BindPlan, BIND_MODES, resolveBind } from "../../config/index.ts";
import { isRecord } from "../../client/index.ts";
import type { Session } from "../session.ts";

/** The configuration file as commands that only look at a gateway need it. */
export interface ConfigSummary {
  readonly path: string;
  readonly exists: boolean;
  readonly valid: boolean;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly target: TargetConfig;
  readonly bind: BindPlan;
}

/** What the configuration says about the gateway; an absent or broken file says nothing. */
export async function readTargetConfig(session: Session): Promise<TargetConfig> {
  return (await readConfigSummary(session)).target;
}

/** The same with the file's own state. */
export async function readConfigSummary(session: Session): Promise<ConfigSummary> {
  const path = session.paths.configPath;
  const file = Bun.file(path);
  const exists = await file.exists();
  const issues: { path: string; message: string }[] = [];
  let root: unknown = {};
  if (exists) {
    try {
      root = Bun.JSON5.parse(await file.text());
    } catch (error) {
      issues.push({ path: "", message: error instanceof Error ? error.message : String(error) });
    }
  }
  const gateway = part(root, "gateway");
  const bind = BIND_MODES.find((mode) => mode === gateway.bind);
  return {
    path,
    exists,
    valid: issues.length === 0,
    issues,
    target: targetOf(root),
    bind: resolveBind({ config: bind, customHost: word(gateway.customBindHost) }),
  };
}

function targetOf(root: unknown): TargetConfig {
  const gateway = part(root, "gateway");
  const auth = part(gateway, "auth");
  const remote = part(gateway, "remote");
  return {
    mode: word(gateway.mode),
    port: typeof gateway.port === "number" ? gateway.port : undefined,
    token: word(auth.token),
    password: word(auth.password),
    tls: part(gateway, "tls").enabled === true,
    remote: {
      url: word(remote.url),
      token: word(remote.token),
      password: word(remote.password),
      tlsFingerprint: word(remote.tlsFingerprint),
    },
  };
}

function part(value: unknown, key: string): Record<string, unknown> {
  const inner = isRecord(value) ? value[key] : undefined;
  return isRecord(inner) ? inner : {};
}

function word(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
