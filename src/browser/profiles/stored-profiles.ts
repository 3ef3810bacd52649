import { isRecord } from "../../lib/records.ts";
import { kvKey } from "../../store/index.ts";

/** A profile that was made by command. */
export interface CreatedProfile {
  readonly color?: string;
  readonly cdpUrl?: string;
}

/** What is remembered of profiles. */
export interface StoredProfiles {
  /** DevTools port by profile; kept as long as the profile, so that a profile is found where it was. */
  readonly ports: Readonly<Record<string, number>>;
  readonly created: Readonly<Record<string, CreatedProfile>>;
}

/** Where it is remembered. */
export const STORED_PROFILES = kvKey<StoredProfiles>("browser.profiles", (value) => {
  if (!isRecord(value) || !isRecord(value["ports"]) || !isRecord(value["created"])) {
    throw new TypeError("browser.profiles is not what was stored");
  }
  return { ports: numbersIn(value["ports"]), created: profilesIn(value["created"]) };
});

/** What is remembered before the first profile. */
export const NO_PROFILES: StoredProfiles = { ports: {}, created: {} };

function numbersIn(record: Record<string, unknown>): Record<string, number> {
  const numbers = Object.entries(record).flatMap(([name, value]): [string, number][] =>
    typeof value === "number" ? [[name, value]] : [],
  );
  return Object.fromEntries(numbers);
}

function profilesIn(record: Record<string, unknown>): Record<string, CreatedProfile> {
  const profiles = Object.entries(record).flatMap(([name, value]): [string, CreatedProfile][] => {
    if (!isRecord(value)) return [];
    const { color, cdpUrl } = value;
    return [
      [name, { ...(typeof color === "string" && { color }), ...(typeof cdpUrl === "string" && { cdpUrl }) }],
    ];
  });
  return Object.fromEntries(profiles);
}
