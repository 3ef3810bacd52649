import type { WireEnd } from "./pairing-wire.ts";

/** What the end of a connection means for a login. */
export type EndMeaning =
  /** WhatsApp asks for a new connection: after pairing, with the link that was made. */
  | { readonly kind: "restart" }
  /** No code is left; another connection has more. */
  | { readonly kind: "more-codes" }
  /** The network, or WhatsApp for the moment. */
  | { readonly kind: "trouble" }
  /** It will not be otherwise the next time. */
  | { readonly kind: "refused"; readonly message: string };

const REFUSALS: Readonly<Record<number, string>> = {
  401: "WhatsApp refused the link. Scan a new code: openclaw channels login --channel whatsapp",
  402: "WhatsApp has suspended this number for a while; it says so on the phone.",
  403: "WhatsApp has blocked this number; it says so on the phone.",
  405: "WhatsApp no longer takes this version of the program. Update it: openclaw update",
  409: "WhatsApp says that another client is being linked at this moment. Try again in a minute.",
  411: "The phone has linked devices of the old kind. Update WhatsApp on it, then scan again.",
};

/** What the end of a connection means; anything unknown is trouble that may pass. */
export function meaningOf({ code }: WireEnd): EndMeaning {
  if (code === 515) return { kind: "restart" };
  if (code === 408) return { kind: "more-codes" };
  const message = code === undefined ? undefined : REFUSALS[code];
  return message === undefined ? { kind: "trouble" } : { kind: "refused", message };
}
