import type { Clock } from "../../../lib/clock.ts";
import { WHOIS_CACHE_ENTRIES, WHOIS_CACHE_MS, WHOIS_TIMEOUT_MS } from "../limits.ts";

/** Who owns a tailnet address. */
export interface TailnetIdentity {
  /** Login name, for example `alice@example.com`. */
  readonly login: string;
  readonly name?: string | undefined;
}

/** Asks the tailnet who is behind an address; undefined when nobody is. Rejects when the daemon cannot be asked. */
export interface Whois {
  lookup(address: string): Promise<TailnetIdentity | undefined>;
}

/** Runs a program and returns its standard output; rejects when it fails or takes too long. */
export type RunProgram = (argv: readonly string[], options: { timeoutMs: number }) => Promise<string>;

/** Whois by the `tailscale` command of this host; answers are remembered for a few seconds. */
export class TailscaleWhois implements Whois {
  readonly #run: RunProgram;
  readonly #clock: Clock;
  readonly #known = new Map<
    string,
    { readonly identity: TailnetIdentity | undefined; readonly until: number }
  >();

  constructor({ run, clock }: { run: RunProgram; clock: Clock }) {
    this.#run = run;
    this.#clock = clock;
  }

  async lookup(address: string): Promise<TailnetIdentity | undefined> {
    const known = this.#known.get(address);
    if (known !== undefined && known.until > this.#clock.monotonic()) return known.identity;
    const output = await this.#run(["tailscale", "whois", "--json", address], {
      timeoutMs: WHOIS_TIMEOUT_MS,
    });
    const identity = parseWhois(output);
    this.#remember(address, identity);
    return identity;
  }

  #remember(address: string, identity: TailnetIdentity | undefined): void {
    this.#known.delete(address);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= WHOIS_CACHE_ENTRIES && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(address, { identity, until: this.#clock.monotonic() + WHOIS_CACHE_MS });
  }
}

function parseWhois(output: string): TailnetIdentity | undefined {
  const profile = field(JSON.parse(output), "UserProfile");
  const login = field(profile, "LoginName");
  const name = field(profile, "DisplayName");
  if (typeof login !== "string" || login.trim() === "") return undefined;
  return { login: login.trim(), ...(typeof name === "string" && name !== "" && { name }) };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
