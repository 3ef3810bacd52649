import type { AuthProfile } from "../../../store/index.ts";
import { isObject } from "../json.ts";

/** Reads the secrets that stored credentials only refer to; whoever holds the secrets of the configuration does it. */
export interface StoredReferences {
  /** Another value after each reading of the configuration's secrets; what was read before is out of date then. */
  revision(): unknown;
  /** The values, in order; undefined for one that is not to be had. Never throws. */
  read(references: readonly StoredReference[]): Promise<readonly (string | undefined)[]>;
}

/** A stored credential that holds a reference in place of its secret. */
export interface StoredReference {
  readonly profileId: string;
  /** `{source, provider, id}` as it is stored; it was not checked. */
  readonly ref: unknown;
}

/** For whoever has no secrets to read: no reference has a value. */
export const NO_REFERENCES: StoredReferences = {
  revision: () => undefined,
  read: async (references) => references.map(() => undefined),
};

/** The reference in a stored profile; undefined when it holds its secret, is a login, or is empty. */
export function referenceOf({ type, credential }: AuthProfile): unknown {
  if (type === "oauth" || !isObject(credential)) return undefined;
  return credential["keyRef"] ?? credential["tokenRef"];
}

/** Values by profile, for every profile that refers to one. */
export async function readReferences(
  profiles: readonly AuthProfile[],
  references: StoredReferences,
): Promise<ReadonlyMap<string, string | undefined>> {
  const found = profiles.flatMap((profile) => {
    const ref = referenceOf(profile);
    return ref === undefined ? [] : [{ profileId: profile.id, ref }];
  });
  if (found.length === 0) return new Map();
  const values = await references.read(found);
  return new Map(found.map(({ profileId }, index) => [profileId, values[index]]));
}
