import type { ConfigPath } from "../../config/index.ts";
import type { Invocation } from "../command.ts";
import type { setFlags } from "../commands/config.ts";
import { CliError } from "../errors.ts";

type Flags = Invocation<typeof setFlags>["flags"];

/** The secret reference that the `--ref-*` options describe; `undefined` when there are none. */
export function refFromFlags(flags: Flags): Record<string, unknown> | undefined {
  const { refSource, refProvider, refId } = flags;
  if (refSource === undefined && refProvider === undefined && refId === undefined) return undefined;
  if (refSource === undefined || refId === undefined) {
    throw new CliError("A reference to a secret needs --ref-source and --ref-id.");
  }
  return { source: refSource, provider: refProvider ?? "default", id: refId };
}

/** The secret provider that the `--provider-*` options describe; `undefined` when there are none. */
export function providerFromFlags(flags: Flags, path: ConfigPath): Record<string, unknown> | undefined {
  const given = Object.entries(flags).filter(([key, value]) => key.startsWith("provider") && isGiven(value));
  if (given.length === 0) return undefined;
  if (path.length !== 3 || path[0] !== "secrets" || path[1] !== "providers") {
    throw new CliError("--provider options describe secrets.providers.<alias>; use that path.");
  }
  if (flags.providerSource === undefined) throw new CliError("A secret provider needs --provider-source.");
  return built(flags, flags.providerSource);
}

function built(flags: Flags, source: "env" | "file" | "exec" | "store"): Record<string, unknown> {
  switch (source) {
    case "env":
      return filledIn({ source, allowlist: flags.providerAllowlist });
    case "store":
      return { source };
    case "file":
      if (flags.providerPath === undefined) throw new CliError("A file provider needs --provider-path.");
      return filledIn({
        source,
        path: flags.providerPath,
        mode: flags.providerMode,
        timeoutMs: flags.providerTimeoutMs,
        maxBytes: flags.providerMaxBytes,
      });
    case "exec":
      if (flags.providerCommand === undefined)
        throw new CliError("An exec provider needs --provider-command.");
      return filledIn({
        source,
        command: flags.providerCommand,
        args: flags.providerArg,
        timeoutMs: flags.providerTimeoutMs,
        noOutputTimeoutMs: flags.providerNoOutputTimeoutMs,
        maxOutputBytes: flags.providerMaxOutputBytes,
        jsonOnly: flags.providerJsonOnly ? true : undefined,
        env: variables(flags.providerEnv),
        passEnv: flags.providerPassEnv,
        trustedDirs: flags.providerTrustedDir,
      });
  }
}

function variables(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new CliError(`Invalid --provider-env. Use KEY=VALUE, not ${pair}.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function filledIn(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isGiven(value)));
}

function isGiven(value: unknown): boolean {
  if (value === undefined || value === false) return false;
  return typeof value !== "object" || value === null || Object.keys(value).length > 0;
}
