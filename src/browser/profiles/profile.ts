/** The profile that is always there. */
export const OWN_PROFILE = "openclaw";

/** What people see a profile by unless it names its own. */
export const DEFAULT_COLOR = "#FF4500";

/** Where a choice of window or no window came from. */
export type HeadlessSource = "request" | "env" | "profile" | "config" | "linux-display-fallback" | "default";

interface ProfileFacts {
  readonly name: string;
  readonly color: string;
  /** `created`: by command; it can be deleted by command. */
  readonly source: "built-in" | "config" | "created";
}

/** A browser on this machine, by its DevTools port. */
export interface LocalProfile extends ProfileFacts {
  readonly kind: "local";
  readonly cdpPort: number;
  /** Absolute; belongs to this profile alone. */
  readonly userDataDir: string;
  /** Never started from here: somebody else starts it on that port. */
  readonly attachOnly: boolean;
  readonly executablePath: string | undefined;
  readonly headless: { readonly value: boolean; readonly source: HeadlessSource };
}

/** A browser that runs elsewhere, or under somebody else. */
export interface RemoteProfile extends ProfileFacts {
  readonly kind: "remote";
  /** `http:`, `https:`, `ws:` or `wss:`. */
  readonly cdpUrl: string;
}

/** A browser that can be controlled, as configured; whether it runs is another matter. */
export type Profile = LocalProfile | RemoteProfile;

/** Names that can be a folder on every system, and mean nothing to the language. */
export function isProfileName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(name) && !(name in {});
}
