import type { AuthProfile, AuthProfileRepository } from "../../../store/index.ts";
import { canonicalProvider } from "../catalog/index.ts";
import { referenceOf } from "../credentials/references.ts";
import { isObject } from "../json.ts";
import { CredentialError } from "./credential-error.ts";

/** Stands for a secret in everything that leaves the gateway; stored by mistake, the secret is lost. */
const PLACEHOLDER = "__OPENCLAW_REDACTED__";

/** What a stored profile holds; never the secret itself. */
export interface HeldSecret {
  readonly profileId: string;
  readonly provider: string;
  readonly type: AuthProfile["type"];
  readonly holds: "text" | "placeholder" | "reference" | "login" | "nothing";
  /** The reference as it is stored. */
  readonly ref?: unknown;
  /** HMAC-SHA-256 of the text under the caller's salt: whoever has a secret can see whether it is the same one. */
  readonly fingerprint?: string;
  /** Tells a later change. */
  readonly updatedAt: number;
}

/** One change of a stored profile. */
export interface HeldChange {
  readonly profileId: string;
  /** `updatedAt` of the profile that is meant; null when there must be none. */
  readonly seenAt: number | null;
  /** Takes the place of the secret; without it the profile is removed. */
  readonly ref?: unknown;
  /** Of a profile that is made by this. */
  readonly provider?: string;
  readonly type?: "api_key" | "token";
}

/** The fingerprint of a text under a salt. */
export function fingerprintOf(salt: string, text: string): string {
  return new Bun.CryptoHasher("sha256", salt).update(text).digest("hex");
}

/** What every stored profile holds; with a salt, fingerprints of what is held as text. @throws StoreError */
export async function heldSecrets(
  profiles: Pick<AuthProfileRepository, "list">,
  salt: string | undefined,
): Promise<HeldSecret[]> {
  return (await profiles.list()).map((profile) => {
    const ref = referenceOf(profile);
    const text = textOf(profile);
    return {
      profileId: profile.id,
      provider: profile.provider,
      type: profile.type,
      holds: holdsOf(profile, ref, text),
      ...(ref !== undefined && { ref }),
      ...(text !== undefined && salt !== undefined && { fingerprint: fingerprintOf(salt, text) }),
      updatedAt: profile.updatedAt,
    };
  });
}

/**
 * Puts references in the place of stored secrets, and removes profiles. All of it or nothing: a profile that changed since it
 * was seen, or that cannot take the reference, refuses the whole, and a write that fails takes the others back.
 * @throws CredentialError, StoreError
 */
export async function changeHeldSecrets(
  profiles: AuthProfileRepository,
  changes: readonly HeldChange[],
  now: number,
): Promise<string[]> {
  const before = new Map((await profiles.list()).map((profile) => [profile.id, profile]));
  const planned = changes.map((change) => stepOf(change, before.get(change.profileId), now));
  const done: typeof planned = [];
  try {
    for (const step of planned) {
      done.push(step);
      if (step.next === undefined) await profiles.remove(step.id);
      else await profiles.put(step.next);
    }
  } catch (error) {
    for (const { id, before: old } of done.reverse()) {
      if (old === undefined) await profiles.remove(id);
      else await profiles.put(old);
    }
    throw error;
  }
  return planned.map(({ id }) => id);
}

interface Step {
  readonly id: string;
  readonly before: AuthProfile | undefined;
  /** Undefined to remove it. */
  readonly next: AuthProfile | undefined;
}

function stepOf(change: HeldChange, before: AuthProfile | undefined, now: number): Step {
  const { profileId: id, seenAt, ref, provider, type } = change;
  if ((before?.updatedAt ?? null) !== seenAt)
    throw new CredentialError(`${id} was changed meanwhile; nothing was written`);
  if (ref === undefined) return { id, before, next: undefined };
  if (before !== undefined && type !== undefined && before.type !== type)
    throw new CredentialError(`${id} is of type ${before.type}, not ${type}`);
  const kind = before?.type ?? type;
  if (kind === "oauth") throw new CredentialError(`${id} is a login, which cannot be a reference`);
  const owner = before?.provider ?? (provider === undefined ? undefined : canonicalProvider(provider));
  if (kind === undefined || owner === undefined)
    throw new CredentialError(`${id} is not stored, and is not made without a provider and a type`);
  if (!id.startsWith(`${owner}:`) && before === undefined)
    throw new CredentialError(`a credential of ${owner} is called ${owner}:NAME, not "${id}"`);
  const { key: _key, token: _token, keyRef: _old, tokenRef: _older, ...rest } = recordOf(before?.credential);
  return {
    id,
    before,
    next: {
      ...before,
      id,
      provider: owner,
      type: kind,
      credential: { ...rest, [kind === "api_key" ? "keyRef" : "tokenRef"]: ref },
      createdAt: before?.createdAt ?? now,
      // A later change must look like one, however fast it comes.
      updatedAt: Math.max(now, (before?.updatedAt ?? 0) + 1),
    },
  };
}

function holdsOf({ type }: AuthProfile, ref: unknown, text: string | undefined): HeldSecret["holds"] {
  if (type === "oauth") return "login";
  if (ref !== undefined && text === undefined) return "reference";
  if (text === undefined) return "nothing";
  return text.includes(PLACEHOLDER) ? "placeholder" : "text";
}

/** A secret that is stored as it is. */
function textOf({ type, credential }: AuthProfile): string | undefined {
  if (type === "oauth") return undefined;
  const { key, token } = recordOf(credential);
  return [key, token].find((value): value is string => typeof value === "string" && value !== "");
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
