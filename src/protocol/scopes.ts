/** Scopes an operator connection can hold. */
export const OPERATOR_SCOPES = [
  "operator.read",
  "operator.write",
  "operator.admin",
  "operator.approvals",
  "operator.questions",
  "operator.pairing",
  "operator.talk",
  "operator.talk.secrets",
] as const;

export type OperatorScope = (typeof OPERATOR_SCOPES)[number];

export type Role = "operator" | "node";

/** `admin` holds every scope; these are the other implications. */
const IMPLIED_BY_WRITE: readonly string[] = ["operator.read", "operator.talk"];

/** True when a connection holding `granted` may do what needs `required`. */
export function holdsScope(granted: readonly string[], required: string): boolean {
  if (granted.includes(required) || granted.includes("operator.admin")) return true;
  return IMPLIED_BY_WRITE.includes(required) && granted.includes("operator.write");
}

/** The scopes of `wanted` that `granted` does not cover, in the order asked. */
export function missingScopes(granted: readonly string[], wanted: readonly string[]): string[] {
  return wanted.filter((scope) => !holdsScope(granted, scope));
}

/** True when a broadcast of an event with this scope reaches a connection; nodes hear only what everybody hears. */
export function mayHear(
  event: { readonly scope: OperatorScope | "none" | "node" },
  listener: { readonly role: Role; readonly scopes: readonly string[] },
): boolean {
  if (event.scope === "none") return true;
  if (event.scope === "node" || listener.role !== "operator") return false;
  return holdsScope(listener.scopes, event.scope);
}
