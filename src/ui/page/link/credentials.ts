import type { Shelf } from "./shelf.ts";

/** What the gateway gave this browser when it was let in. */
export interface DeviceAccess {
  readonly deviceToken: string;
  readonly scopes: readonly string[];
}

/** Takes the secret out of an address's fragment, where `openclaw dashboard` puts it; `undefined` when there is none. */
export function secretInFragment(hash: string): string | undefined {
  const secret = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return secret === null || secret === "" ? undefined : secret;
}

/** Takes the secret out of the address bar and out of the browser's history, at once. */
export function takeSecret({ location, history }: Pick<Window, "location" | "history">): string | undefined {
  const secret = secretInFragment(location.hash);
  if (secret !== undefined) history.replaceState(history.state, "", `${location.pathname}${location.search}`);
  return secret;
}

/**
 * What this browser shows the gateway. A token is kept for this tab only, a password for this page only; the device's own
 * token is of use with this browser's key alone, and is kept beside it.
 */
export class Credentials {
  #secret: string | undefined;
  readonly #tokenKey: string;

  constructor(
    private readonly tab: Storage,
    private readonly shelf: Shelf,
    basePath: string,
  ) {
    this.#tokenKey = `openclaw.token:${basePath}`;
    this.#secret = tab.getItem(this.#tokenKey) ?? undefined;
  }

  /** The shared secret somebody gave, if any. */
  get secret(): string | undefined {
    return this.#secret;
  }

  /** Uses this secret from now on; it is kept once the gateway has taken it as its token. */
  use(secret: string | undefined): void {
    this.#secret = secret;
    this.tab.removeItem(this.#tokenKey);
  }

  /** The gateway took the secret; `method` is how it says that it did. */
  accepted(method: string | undefined): void {
    if (this.#secret !== undefined && method === "token") this.tab.setItem(this.#tokenKey, this.#secret);
  }

  async access(): Promise<DeviceAccess | undefined> {
    const kept = await this.shelf.get("device-access");
    return isAccess(kept) ? kept : undefined;
  }

  async keepAccess(access: DeviceAccess): Promise<void> {
    await this.shelf.put("device-access", access);
  }

  async dropAccess(): Promise<void> {
    await this.shelf.remove("device-access");
  }
}

function isAccess(value: unknown): value is DeviceAccess {
  return (
    typeof value === "object" &&
    value !== null &&
    "deviceToken" in value &&
    typeof value.deviceToken === "string" &&
    "scopes" in value &&
    Array.isArray(value.scopes)
  );
}
