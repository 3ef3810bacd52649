import { holdsScope } from "../../protocol/index.ts";
import type { AuthPolicy, TrustedProxyPolicy } from "./policy.ts";

/** What an auto-approved device of a proxy user gets at most, when the config does not say. */
const DEFAULT_AUTO_APPROVE_SCOPES = [
  "operator.approvals",
  "operator.questions",
  "operator.read",
  "operator.write",
] as const;

/** Full operator, as a shared secret over HTTP carries it. */
export const HTTP_OPERATOR_SCOPES: readonly string[] = [
  "operator.admin",
  "operator.approvals",
  "operator.pairing",
  "operator.read",
  "operator.talk.secrets",
  "operator.write",
];

/** The scopes of an `x-openclaw-scopes` header; undefined when it is absent, none when it is empty. */
export function declaredScopes(headers: Headers): string[] | undefined {
  const header = headers.get("x-openclaw-scopes");
  if (header === null) return undefined;
  return header
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "");
}

/** Those of `scopes` that `cap` allows; all of them without a cap. */
export function capScopes(scopes: readonly string[], cap: readonly string[] | undefined): string[] {
  return cap === undefined ? [...scopes] : scopes.filter((scope) => holdsScope(cap, scope));
}

/** Scopes the config gives a verified user for the session. */
export function identityScopes(policy: AuthPolicy, user: string | undefined): readonly string[] {
  if (user === undefined) return [];
  if (Object.hasOwn(policy.identityScopes, user)) return policy.identityScopes[user] ?? [];
  if (!user.includes("@")) return [];
  const wanted = user.toLowerCase();
  const entry = Object.entries(policy.identityScopes).find(([key]) => key.toLowerCase() === wanted);
  return entry?.[1] ?? [];
}

/** Scopes a proxy user's device gets without being asked about: what it wants and the list allows, sorted. */
export function autoApproveScopes(
  requested: readonly string[] | undefined,
  { scopes }: TrustedProxyPolicy["deviceAutoApprove"],
): string[] {
  const allowed = scopes ?? DEFAULT_AUTO_APPROVE_SCOPES;
  if (requested === undefined) return sortedScopes(allowed);
  // Older interfaces do not know questions yet; the built-in list gives them anyway.
  const wanted = scopes === undefined ? [...requested, "operator.questions"] : requested;
  return sortedScopes(wanted.filter((scope) => allowed.includes(scope)));
}

/** Each scope once, in alphabetical order. */
export function sortedScopes(scopes: readonly string[]): string[] {
  return [...new Set(scopes)].toSorted();
}
