import { definitions } from "../terminal/layout.ts";
import { plural, spanOf } from "../words.ts";
import type { Status } from "./status-facts.ts";

/** The status for people. */
export function statusLines(status: Status, configFile: string, now: number): string[] {
  const { auth, fallbacks, imageModel, imageFallbacks, utilityModel, aliases, allowed } = status;
  const named = Object.entries(aliases).map(([alias, model]) => `${alias} -> ${model}`);
  return [
    ...definitions(
      [
        ["Config", configFile],
        ["Default", defaultText(status)],
        ...some("Fallbacks", fallbacks),
        ...some("Image model", imageModel === null ? [] : [imageModel]),
        ...some("Image fallbacks", imageFallbacks),
        ...some("Utility model", utilityModel.ref === null ? [] : [utilityModel.ref]),
        ...some("Aliases", named),
        ["Allowed", allowed.length === 0 ? "all" : allowed.join(", ")],
      ],
      0,
    ),
    "",
    "Credentials",
    ...credentialLines(status),
    ...auth.unusableProfiles.map(
      ({ profileId, reason, until }) =>
        `  ${profileId} is resting after ${reason}, for ${spanOf(until - now)} more`,
    ),
    ...auth.missingProvidersInUse.flatMap((provider) => [
      "",
      `No credential for ${provider}. Store one: openclaw models auth paste-api-key --provider ${provider}`,
    ]),
  ];
}

function defaultText({ defaultModel, resolvedDefault }: Status): string {
  if (defaultModel !== null) return defaultModel;
  return resolvedDefault === "builtin/guide"
    ? "none; the built-in guide answers (connect one: openclaw models auth paste-api-key --provider anthropic)"
    : `none; ${resolvedDefault} answers, because its credential is there`;
}

function credentialLines({ auth }: Status): string[] {
  if (auth.providers.length === 0) return ["  none"];
  return definitions(
    auth.providers.map(({ provider, effective, profiles }) => {
      const more = profiles.count > 1 ? ` and ${plural(profiles.count - 1, "more profile")}` : "";
      const where = effective.kind === "config" ? "key in the configuration" : effective.detail;
      return [provider, `${effective.kind === "env" ? `key in ${where}` : where}${more}`];
    }),
  );
}

function some(term: string, values: readonly string[]): (readonly [string, string])[] {
  return values.length === 0 ? [] : [[term, values.join(", ")]];
}
