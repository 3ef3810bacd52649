import { isObject } from "../../../config/index.ts";

const loadStore = () => import("../../../store/index.ts");

type Store = Awaited<ReturnType<Awaited<ReturnType<typeof loadStore>>["openStore"]>>;

/** A stored credential of a model provider. */
export type AuthProfile = NonNullable<Awaited<ReturnType<Store["authProfiles"]["get"]>>>;

type Kind = AuthProfile["type"];

const KINDS: readonly Kind[] = ["api_key", "oauth", "token"];

/** What makes a credential of this kind one. */
const SECRET: Readonly<Record<Kind, string>> = { api_key: "key", oauth: "refresh", token: "token" };

/**
 * The credentials in a file or database of an earlier version: `{profiles: {id: …}}`, or `{provider: …}` as the first ones had
 * it. `left` names those whose secret is not in it.
 */
export function credentialsIn(value: unknown, now: number): { profiles: AuthProfile[]; left: string[] } {
  const named = isObject(value) && isObject(value["profiles"]) ? value["profiles"] : value;
  const profiles: AuthProfile[] = [];
  const left: string[] = [];
  for (const [id, entry] of Object.entries(isObject(named) ? named : {})) {
    if (!isObject(entry)) continue;
    const profile = profileOf(id, entry, now);
    if (profile !== undefined) profiles.push(profile);
    else if (typeof entry["type"] === "string" || typeof entry["provider"] === "string") left.push(id);
  }
  return { profiles, left };
}

function profileOf(id: string, entry: Record<string, unknown>, now: number): AuthProfile | undefined {
  const { type, provider, email, ...rest } = entry;
  const kind = KINDS.find((one) => one === type) ?? kindOf(entry);
  if (kind === undefined || !holdsSecret(rest, kind)) return undefined;
  const owner = typeof provider === "string" ? provider : (id.split(":")[0] ?? id);
  return {
    id: id.includes(":") ? id : `${owner}:default`,
    provider: owner,
    type: kind,
    credential: rest,
    ...(typeof email === "string" && { email }),
    createdAt: now,
    updatedAt: now,
  };
}

/** The secret itself, or where it is found. */
function holdsSecret(entry: Record<string, unknown>, kind: Kind): boolean {
  return (
    typeof entry[SECRET[kind]] === "string" || (kind !== "oauth" && isObject(entry[`${SECRET[kind]}Ref`]))
  );
}

/** The first files said no kind. */
function kindOf(entry: Record<string, unknown>): Kind | undefined {
  return KINDS.find((kind) => typeof entry[SECRET[kind]] === "string");
}
