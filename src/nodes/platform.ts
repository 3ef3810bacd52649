import type { NodeIdentity } from "../store/index.ts";

export const PLATFORMS = ["ios", "watchos", "android", "macos", "windows", "linux", "unknown"] as const;

/** What kind of machine a node runs on, as far as its command defaults go. */
export type Platform = (typeof PLATFORMS)[number];

interface PlatformRule {
  readonly platform: Exclude<Platform, "unknown">;
  /** The bare platform name counts only with one of these families; "" is none given. */
  readonly families: readonly string[];
  /** A name with a version, for example `ios 18.0`; it needs a family. */
  readonly versioned?: RegExp;
  /** Found inside the family when no platform is given at all. */
  readonly hints: readonly string[];
}

/** A node that contradicts itself (platform `linux`, family `iPhone`) is `unknown` and gets the fewest commands. */
const RULES: readonly PlatformRule[] = [
  {
    platform: "ios",
    families: ["", "iphone", "ipad", "ios"],
    versioned: /^(?:ios|ipados) \d+(?:\.\d+){0,2}$/,
    hints: ["iphone", "ipad", "ios"],
  },
  {
    platform: "watchos",
    families: ["apple watch", "watchos"],
    versioned: /^watchos \d+(?:\.\d+){0,2}$/,
    hints: ["apple watch", "watchos"],
  },
  {
    platform: "android",
    families: ["", "android"],
    versioned: /^android \d+(?: \(sdk \d+\))?$/,
    hints: ["android"],
  },
  { platform: "macos", families: ["mac"], versioned: /^macos \d+(?:\.\d+){0,2}$/, hints: ["mac"] },
  { platform: "windows", families: ["windows"], hints: ["windows"] },
  { platform: "linux", families: ["linux"], hints: ["linux"] },
];

/** Node hosts of earlier versions name the runtime's platform and no family. */
const NODE_HOST_PLATFORMS: Readonly<Record<string, { platform: string; deviceFamily: string }>> = {
  darwin: { platform: "macos", deviceFamily: "Mac" },
  macos: { platform: "macos", deviceFamily: "Mac" },
  linux: { platform: "linux", deviceFamily: "Linux" },
  win32: { platform: "windows", deviceFamily: "Windows" },
  windows: { platform: "windows", deviceFamily: "Windows" },
};

/** The identity with the platform fields a node host of an earlier version left out. */
export function completeIdentity(identity: NodeIdentity): NodeIdentity {
  if (identity.clientId !== "node-host" || identity.deviceFamily !== undefined) return identity;
  return { ...identity, ...NODE_HOST_PLATFORMS[plain(identity.platform)] };
}

/** The platform whose command defaults a node gets. */
export function platformOf(identity: NodeIdentity): Platform {
  const platform = plain(identity.platform);
  const family = plain(identity.deviceFamily);
  if (platform === "") {
    return RULES.find(({ hints }) => hints.some((hint) => family.includes(hint)))?.platform ?? "unknown";
  }
  for (const rule of RULES) {
    if (platform === rule.platform) return rule.families.includes(family) ? rule.platform : "unknown";
    if (rule.versioned?.test(platform) && family !== "" && rule.families.includes(family)) {
      return rule.platform;
    }
  }
  return "unknown";
}

/** True for an iPhone, the only device that relays to a watch. */
export function isPhoneOfApple(identity: NodeIdentity): boolean {
  return platformOf(identity) === "ios" && plain(identity.deviceFamily) === "iphone";
}

/** Lower case, without accents and outer blanks: names must not be told apart by what a person cannot see. */
function plain(value: string | undefined): string {
  return (value ?? "").trim().normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
