import type { Env } from "../../config/index.ts";
import type { LocalProfile } from "./profile.ts";

interface HeadlessInputs {
  readonly env: Env["browser"];
  readonly platform: NodeJS.Platform;
  /** `browser.profiles.<name>.headless`. */
  readonly profile: boolean | undefined;
  /** `browser.headless`. */
  readonly config: boolean | undefined;
}

/** Whether a browser shows a window: environment, profile, configuration; on Linux without a screen it shows none. */
export function headlessChoice({ env, platform, profile, config }: HeadlessInputs): LocalProfile["headless"] {
  if (env.headless !== undefined) return { value: env.headless, source: "env" };
  if (profile !== undefined) return { value: profile, source: "profile" };
  if (config !== undefined) return { value: config, source: "config" };
  if (platform === "linux" && !env.hasDisplay) return { value: true, source: "linux-display-fallback" };
  return { value: false, source: "default" };
}
