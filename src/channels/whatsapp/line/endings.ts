import type { LinkFacts } from "../../channel.ts";
import type { Ending } from "../socket/index.ts";

/** What is done about the end of a connection. */
export type Reaction =
  /** At once; nothing went wrong. */
  | { readonly do: "reconnect" }
  /** After a pause. */
  | { readonly do: "retry" }
  /** A person has to act. */
  | {
      readonly do: "stop";
      readonly health: LinkFacts["health"];
      readonly kind: string;
      readonly message: string;
      readonly fix: (account: string) => string;
      /** The link is gone, its keys are worth nothing. */
      readonly isUnlinked?: true;
    };

const login = (account: string) => `Link it: openclaw channels login --channel whatsapp${account}`;
const start = (account: string) => `openclaw channels start whatsapp${account}`;

/** One row for each number that is not simply tried again. */
const ENDINGS: Readonly<Record<number, Reaction>> = {
  // After linking, and when the server moves us.
  515: { do: "reconnect" },
  401: {
    do: "stop",
    health: "logged-out",
    kind: "auth",
    message: "WhatsApp has logged this device out.",
    fix: login,
    isUnlinked: true,
  },
  403: {
    do: "stop",
    health: "stopped",
    kind: "auth",
    message: "WhatsApp refuses this account; it may be banned.",
    fix: (account) => `Look at the phone, then: ${start(account)}`,
  },
  402: {
    do: "stop",
    health: "stopped",
    kind: "auth",
    message: "WhatsApp has suspended this number for a while; it says so on the phone.",
    fix: (account) => `Once the phone says that it is over: ${start(account)}`,
  },
  405: {
    do: "stop",
    health: "stopped",
    kind: "runtime",
    message: "WhatsApp no longer takes this version of the program.",
    fix: (account) => `Update it: openclaw update, else ask for it again later: ${start(account)}`,
  },
  411: {
    do: "stop",
    health: "stopped",
    kind: "auth",
    message: "This account does not take linked devices.",
    fix: (account) => `Update WhatsApp on the phone. ${login(account)}`,
  },
  440: {
    do: "stop",
    health: "conflict",
    kind: "runtime",
    message: "Another program took over this link; only one may use it.",
    fix: (account) => `Stop the other program, or link a device of its own, then: ${start(account)}`,
  },
};

/** What is done about an end. */
export function reactionTo({ code }: Ending): Reaction {
  return ENDINGS[code] ?? { do: "retry" };
}

/** What an account that was never linked needs. */
export const NOT_LINKED = {
  message: "It is not linked to a phone.",
  fix: login,
} as const;
