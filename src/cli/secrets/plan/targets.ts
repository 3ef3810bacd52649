import { credentialPatterns } from "../../../config/index.ts";

/** One kind of credential that a plan may put a reference in the place of. */
export interface TargetType {
  /** As plans name it. */
  readonly id: string;
  /** Other names in plans of earlier versions. */
  readonly aliases: readonly string[];
  /** `*` stands for any name. */
  readonly pattern: readonly string[];
  /** Of a stored credential; undefined for one in the configuration. */
  readonly profile?: "api_key" | "token";
}

/** Stored credentials: the path is the one of the secret; the reference is stored beside, as `keyRef` or `tokenRef`. */
const PROFILE_TYPES: readonly TargetType[] = [
  {
    id: "auth-profiles.api_key.key",
    aliases: [],
    pattern: ["profiles", "*", "key"],
    profile: "api_key",
  },
  {
    id: "auth-profiles.token.token",
    aliases: [],
    pattern: ["profiles", "*", "token"],
    profile: "token",
  },
];

/** Types that plans call otherwise than by their path. */
const NAMES: Readonly<Record<string, string>> = { "models.providers.*.apiKey": "models.providers.apiKey" };

/** Every type: one for each place of the configuration that takes a reference, and those of stored credentials. */
export function targetTypes(): readonly TargetType[] {
  const configured = credentialPatterns().map((pattern): TargetType => {
    const path = pattern.join(".");
    const id = NAMES[path];
    return { id: id ?? path, aliases: id === undefined ? [] : [path], pattern };
  });
  return [...configured, ...PROFILE_TYPES];
}

/** The type of this name or alias. */
export function targetType(name: string): TargetType | undefined {
  return targetTypes().find(({ id, aliases }) => id === name || aliases.includes(name));
}

/** True when the steps are one of the places the pattern describes. */
export function fitsPattern(pattern: readonly string[], steps: readonly string[]): boolean {
  return (
    steps.length === pattern.length &&
    pattern.every((step, index) => step === "*" || step === steps[index]) &&
    steps.every((step) => step !== "")
  );
}

/** The name that a path holds in the place of the first `*`: of a model provider, an account, a profile. */
export function nameIn(pattern: readonly string[], steps: readonly string[]): string | undefined {
  const at = pattern.indexOf("*");
  return at < 0 ? undefined : steps[at];
}
