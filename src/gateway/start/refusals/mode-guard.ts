import { type ConfigSnapshot, displayPath, type OpenClawConfig, type Paths } from "../../../config/index.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusal.ts";

/** A gateway never starts on a file it cannot understand; the file is left as it is. */
export function refuseInvalidConfig(snapshot: ConfigSnapshot<OpenClawConfig>, paths: Paths): void {
  if (snapshot.valid) return;
  const where = displayPath(snapshot.path, paths.home);
  throw new StartRefusal(EXIT_CONFIG, [
    `Gateway start blocked: ${where} is not valid.`,
    ...snapshot.issues.map((issue) => {
      const place = issue.line === undefined ? "" : ` (line ${issue.line}, column ${issue.column ?? 1})`;
      return `  × ${issue.path || "<root>"}: ${issue.message}${place}`;
    }),
    "Correct the file, then check it with: openclaw config validate",
    "Or let the program look for repairs: openclaw doctor",
  ]);
}

/** Only a machine that was told to be a gateway is one: `gateway.mode` must be `local`. */
export function refuseWithoutMode(snapshot: ConfigSnapshot<OpenClawConfig>): void {
  const mode = snapshot.config.gateway.mode;
  if (mode === "local") return;
  const how = "set gateway.mode=local";
  const lines = !snapshot.exists
    ? [`Missing config. Run \`openclaw setup\` or ${how} (or pass --allow-unconfigured).`]
    : mode === undefined
      ? [
          `Gateway start blocked: existing config is missing gateway.mode; ${how} or pass --allow-unconfigured.`,
        ]
      : [`Gateway start blocked: ${how} (current: ${mode}) or pass --allow-unconfigured.`];
  const mend = snapshot.exists
    ? "Set it with: openclaw config set gateway.mode local"
    : "Set everything up with: openclaw onboard";
  throw new StartRefusal(EXIT_CONFIG, [...lines, mend]);
}
