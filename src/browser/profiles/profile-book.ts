import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { cdpPorts, expandPath } from "../../config/index.ts";
import type { BrowserDeps } from "../deps.ts";
import { BrowserError } from "../errors.ts";
import { MAX_CREATED_PROFILES } from "../limits.ts";
import { headlessChoice } from "./headless.ts";
import { DEFAULT_COLOR, isProfileName, OWN_PROFILE, type Profile } from "./profile.ts";
import { type CreatedProfile, NO_PROFILES, STORED_PROFILES, type StoredProfiles } from "./stored-profiles.ts";

/** What the book of profiles needs beside what browser control has. */
export interface ProfileBookDeps extends Pick<
  BrowserDeps,
  "config" | "env" | "system" | "paths" | "kv" | "controlPort" | "clock"
> {
  /** False when some program listens on that port of this machine. */
  readonly isFree: (port: number) => Promise<boolean>;
}

type Configured = NonNullable<ReturnType<ProfileBookDeps["config"]>["browser"]>;

/**
 * The profiles there are: the built-in one, those of the configuration, those made by command. Each that needs one gets a
 * DevTools port when it is first seen, the first that is free, and keeps it.
 */
export class ProfileBook {
  /** One change at a time: two profiles made at once must not get one port. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: ProfileBookDeps) {}

  /** Every profile, the built-in one first. @throws BrowserError 507 when the ports are used up */
  list(): Promise<Profile[]> {
    return this.#inTurn(async () => this.#profiles(await this.#stored()));
  }

  /** The profile of that name, or the one used when none is named. @throws BrowserError 404 */
  async find(name: string | undefined): Promise<Profile> {
    const wanted = name ?? this.defaultName;
    const profiles = await this.list();
    const found = profiles.find((profile) => profile.name === wanted);
    const driver = this.#configured.profiles?.[wanted]?.driver;
    if (driver !== undefined && driver !== "openclaw" && driver !== "clawd") {
      throw new BrowserError(
        501,
        `The profile "${wanted}" is driven by ${driver}, which this version does not have: it controls browsers of its own, and those with a DevTools address (cdpUrl).`,
      );
    }
    if (found) return found;
    const known = profiles.map((profile) => profile.name).join(", ");
    throw new BrowserError(404, `There is no browser profile "${wanted}". There are: ${known}.`);
  }

  /** The profile that is used when none is named. */
  get defaultName(): string {
    return this.#configured.defaultProfile ?? OWN_PROFILE;
  }

  /** Makes a profile. @throws BrowserError 400 for a name that cannot be one, 409 for one that is taken */
  create(name: string, facts: CreatedProfile): Promise<Profile> {
    return this.#inTurn(async () => {
      if (!isProfileName(name)) {
        throw new BrowserError(
          400,
          `"${name}" cannot be the name of a profile: use lower-case letters, digits and "-", at most 64.`,
        );
      }
      const stored = await this.#stored();
      if (this.#names(stored).includes(name)) {
        throw new BrowserError(409, `There is a browser profile "${name}" already.`);
      }
      if (Object.keys(stored.created).length >= MAX_CREATED_PROFILES) {
        throw new BrowserError(507, `There are ${MAX_CREATED_PROFILES} profiles already; delete one first.`);
      }
      const profiles = await this.#profiles({
        ...stored,
        created: { ...stored.created, [name]: facts },
      });
      const made = profiles.find((profile) => profile.name === name);
      if (made === undefined) throw new Error(`the profile ${name} was not made`);
      return made;
    });
  }

  /**
   * Forgets a profile that was made by command, and moves its data aside once `end` has ended its browser; returns where to.
   * @throws BrowserError 404, or 409 for a profile that stays
   */
  remove(name: string, end: () => Promise<unknown> = () => Promise.resolve()): Promise<string | undefined> {
    return this.#inTurn(async () => {
      const stored = await this.#stored();
      if (!Object.hasOwn(stored.created, name)) throw this.#stays(name, stored);
      await end();
      const { [name]: _gone, ...created } = stored.created;
      const { [name]: _port, ...ports } = stored.ports;
      await this.deps.kv.set(STORED_PROFILES, { ports, created });
      return this.#setAside(name);
    });
  }

  #stays(name: string, stored: StoredProfiles): BrowserError {
    if (!this.#names(stored).includes(name)) {
      return new BrowserError(404, `There is no browser profile "${name}".`);
    }
    const how =
      name === OWN_PROFILE
        ? "it is built in"
        : `the configuration has it; remove it there: openclaw config unset browser.profiles.${name}`;
    return new BrowserError(409, `The browser profile "${name}" cannot be deleted: ${how}.`);
  }

  async #setAside(name: string): Promise<string | undefined> {
    const from = join(this.#root, name);
    const to = `${from}.removed-${new Date(this.deps.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
    try {
      await rename(from, to);
      return to;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  get #configured(): Configured {
    return this.deps.config().browser ?? {};
  }

  get #root(): string {
    return join(this.deps.paths.stateDir, "browser");
  }

  #names({ created }: StoredProfiles): string[] {
    const configured = Object.keys(this.#configured.profiles ?? {});
    return [...new Set([OWN_PROFILE, ...configured, ...Object.keys(created)])];
  }

  async #stored(): Promise<StoredProfiles> {
    return (await this.deps.kv.get(STORED_PROFILES)) ?? NO_PROFILES;
  }

  /** The profiles with their ports; new ports, and what else is new in `stored`, are written down first. */
  async #profiles(stored: StoredProfiles): Promise<Profile[]> {
    const ports = { ...stored.ports };
    const names = this.#names(stored);
    for (const name of names) {
      if (
        this.#remoteUrl(name, stored) !== undefined ||
        this.#configured.profiles?.[name]?.cdpPort !== undefined
      )
        continue;
      if (!Object.hasOwn(ports, name)) ports[name] = await this.#freePort(ports);
    }
    const next = { ports, created: stored.created };
    if (!Bun.deepEquals(next, await this.#stored())) await this.deps.kv.set(STORED_PROFILES, next);
    return names.map((name) => this.#profile(name, next));
  }

  async #freePort(taken: Readonly<Record<string, number>>): Promise<number> {
    const configured = Object.values(this.#configured.profiles ?? {}).map(({ cdpPort }) => cdpPort);
    const used = new Set([...Object.values(taken), ...configured]);
    const range = cdpPorts(this.deps.controlPort());
    for (const port of range) if (!used.has(port) && (await this.deps.isFree(port))) return port;
    throw new BrowserError(
      507,
      `No port is free for another browser profile: all of ${range[0]} to ${range.at(-1)} are taken.`,
    );
  }

  #remoteUrl(name: string, { created }: StoredProfiles): string | undefined {
    const configured = this.#configured;
    const own = configured.profiles?.[name]?.cdpUrl ?? created[name]?.cdpUrl;
    return own ?? (name === OWN_PROFILE ? configured.cdpUrl : undefined);
  }

  #profile(name: string, stored: StoredProfiles): Profile {
    const configured = this.#configured;
    const own = configured.profiles?.[name];
    const made = stored.created[name];
    const source = own ? "config" : made ? "created" : "built-in";
    const facts = { name, source, color: own?.color ?? made?.color ?? DEFAULT_COLOR } as const;
    const cdpUrl = this.#remoteUrl(name, stored);
    if (cdpUrl !== undefined) return { ...facts, kind: "remote", cdpUrl };
    const { env, system, paths } = this.deps;
    const executable = own?.executablePath ?? configured.executablePath;
    return {
      ...facts,
      kind: "local",
      cdpPort: own?.cdpPort ?? stored.ports[name] ?? 0,
      userDataDir: join(this.#root, name, "user-data"),
      attachOnly: own?.attachOnly ?? configured.attachOnly ?? false,
      executablePath: executable === undefined ? undefined : expandPath(executable, paths.home),
      headless: headlessChoice({
        env,
        platform: system.platform,
        profile: own?.headless,
        config: configured.headless,
      }),
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Makes the folder of a profile, which nobody else may look into. */
export async function makeUserDataDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}
