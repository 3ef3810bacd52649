/** What a request is signed in with. */
export interface Credential {
  /** `openai:default` for a stored one; `openai:env:OPENAI_API_KEY`, `openai:config` for the others. */
  readonly profileId: string;
  readonly provider: string;
  readonly kind: "api_key" | "oauth" | "token" | "none";
  /** Where it comes from, for people: `stored`, a variable's name, `config`, `local`. */
  readonly source: string;
  readonly apiKey?: string;
  /** Sent in place of the usual ones; `null` leaves a usual one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Address that goes with this login. */
  readonly baseUrl?: string;
  /** Variables the engine reads for this provider. */
  readonly env?: Readonly<Record<string, string>>;
  readonly email?: string;
  /** Epoch ms at which it ends by itself. */
  readonly expiresAt?: number;
}

/** Kinds in the order in which they are tried when nobody has said one. */
export const KIND_RANK: Readonly<Record<Credential["kind"], number>> = {
  oauth: 0,
  token: 1,
  api_key: 2,
  none: 3,
};
