import type { Clock } from "../lib/clock.ts";
import type { Egress } from "../lib/egress/index.ts";
import type { Logger } from "../lib/logger.ts";
import type { ChannelKeyRepository } from "../store/index.ts";

/** Who an account is on its platform. */
export interface ChannelSelf {
  readonly id: string;
  readonly name?: string;
  readonly username?: string;
}

/** What is kept of the link between an account and its platform. */
export interface AccountLink {
  readonly self: ChannelSelf;
  /** When it was made, epoch ms; absent when that is not known. */
  readonly since?: number;
}

/** How a login ended. Only `linked` leaves anything behind. */
export type LoginOutcome =
  | { readonly kind: "linked"; readonly self: ChannelSelf }
  | {
      readonly kind: "timed-out" | "refused" | "failed" | "cancelled";
      /** What happened and what to do about it, for a person. */
      readonly message: string;
    };

/** Where a login stands. */
export type LoginState =
  /** The platform is asked for a code. */
  | { readonly kind: "opening" }
  /** A phone may scan `text` until `expiresAt` (epoch ms); another one follows. It is a secret until then. */
  | { readonly kind: "code"; readonly text: string; readonly expiresAt: number }
  /** It was scanned; the platform completes the link. */
  | { readonly kind: "finishing" }
  | { readonly kind: "over"; readonly outcome: LoginOutcome };

/** A login that was begun. */
export interface ChannelLogin {
  readonly state: LoginState;
  /** It ends by itself then; epoch ms. */
  readonly expiresAt: number;
  /** How it ended; never rejects. */
  readonly over: Promise<LoginOutcome>;
  /** Called after each change of `state`. Returns what stops it. */
  onChange(listener: () => void): () => void;
  /** Ends it; nothing is kept. Resolves when its connection is closed. No effect once it is over. */
  cancel(): Promise<void>;
}

export interface LoginOptions {
  /** Called when the link is complete, before it is kept: nothing may use what was kept before from then on. */
  readonly beforeKeeping: () => Promise<void>;
  /** Steps are logged where they are seen. */
  readonly verbose: boolean;
}

/** For channels whose accounts are linked by scanning a code, in place of having a token. */
export interface ChannelLinking {
  /** What is kept of an account; undefined when it is not linked. @throws StoreError */
  link(accountId: string): Promise<AccountLink | undefined>;
  /** Begins a login. What is kept changes when it is complete, not before. */
  login(accountId: string, options: LoginOptions): ChannelLogin;
  /** Forgets the link of an account that has no connection; false when there was none. @throws StoreError */
  forget(accountId: string): Promise<boolean>;
}

/** What the accounts of a channel are linked with. */
export interface LinkingDeps {
  readonly keys: ChannelKeyRepository;
  readonly egress: Pick<Egress, "route">;
  /** The process environment, which may name a server in place of the platform's own. */
  readonly processEnv: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Whom a link makes us. */
export interface LinkIdentity {
  readonly self: ChannelSelf;
  /** The linked device; two programs that are the same one cut each other off. */
  readonly device: string;
}

/** Whose account, and where its state is. */
export interface AccountPlace {
  readonly accountId: string;
  /** `authDir` of the account, as configured. */
  readonly authDir: string | undefined;
  readonly stateDir: string;
  readonly home: string;
}

/** Files of a link that an earlier version left. */
export interface LinkFiles {
  readonly folder: string;
  readonly identity: LinkIdentity;
  /** The state folder that has taken the link over; absent when none has. */
  readonly owner?: string;
}

/** What there is to see of links while no gateway runs. */
export interface LinksAtRest {
  /** Who credentials from the store belong to; undefined for what cannot be read. */
  identity(creds: string): LinkIdentity | undefined;
  /** Files that the account would take its link from; undefined when there are none. */
  files(place: AccountPlace): Promise<LinkFiles | undefined>;
}

/** What links the accounts of a channel; either is loaded when it is needed. */
export interface LinkingDoor {
  open(deps: LinkingDeps): Promise<ChannelLinking>;
  atRest(): Promise<LinksAtRest>;
}
