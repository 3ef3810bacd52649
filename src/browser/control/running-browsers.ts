import { inTime, pause } from "../../lib/clock.ts";
import { browserArguments, namesProxy } from "../chromium/arguments.ts";
import { findBrowser, type FoundBrowser, installAdvice } from "../chromium/find.ts";
import { StartedBrowser } from "../chromium/started-browser.ts";
import { CdpConnection } from "../cdp/connection.ts";
import { type CdpEndpoint, localEndpoint, remoteEndpoint } from "../cdp/endpoint.ts";
import type { BrowserDeps } from "../deps.ts";
import { BrowserError } from "../errors.ts";
import { AddressPolicy } from "../guard/address-policy.ts";
import { type Door, openDoor } from "../guard/door.ts";
import { CLOSE_GRACE_MS, START_POLL_MS } from "../limits.ts";
import { BrowserLink } from "../pages/browser-link.ts";
import { isPortFree } from "../profiles/free-port.ts";
import type { HeadlessSource, LocalProfile, Profile } from "../profiles/profile.ts";
import { makeUserDataDir } from "../profiles/profile-book.ts";

/** A browser we are connected to. */
export interface Running {
  readonly link: BrowserLink;
  /** What was started here for it; undefined for a browser of somebody else. */
  readonly own: OwnBrowser | undefined;
}

/** A browser that was started here. */
export interface OwnBrowser {
  readonly pid: number;
  readonly kind: FoundBrowser["kind"];
  readonly headless: { readonly value: boolean; readonly source: HeadlessSource };
  readonly stop: () => Promise<void>;
}

/** The browsers that run, one for each profile at most; each is started or connected to when it is first needed. */
export class RunningBrowsers {
  readonly #running = new Map<string, Promise<Running>>();

  constructor(private readonly deps: BrowserDeps) {}

  /** The browser of a profile as it runs now; undefined when it does not. */
  async running(name: string): Promise<Running | undefined> {
    return this.#running.get(name)?.catch(() => undefined);
  }

  /** The browser of a profile, which is started or connected to when it is not yet. @throws BrowserError with the cure */
  ensure(profile: Profile, asked: { headless?: boolean | undefined } = {}): Promise<Running> {
    const { name } = profile;
    const known = this.#running.get(name);
    if (known) return known;
    const starting = this.#begin(profile, asked.headless);
    this.#running.set(name, starting);
    const forget = () => {
      if (this.#running.get(name) === starting) this.#running.delete(name);
    };
    starting.then(({ link }) => link.connection.closed.then(forget), forget);
    return starting;
  }

  /** Ends the browser of a profile, or lets go of one that is somebody else's; false when none ran. */
  async stop(name: string): Promise<boolean> {
    const running = await this.running(name);
    this.#running.delete(name);
    if (!running) return false;
    await end(running, this.deps);
    return true;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stop(name)));
  }

  /** The program that would be started. */
  programOf(profile: LocalProfile): FoundBrowser | undefined {
    const { system, variables, paths } = this.deps;
    return findBrowser({ platform: system.platform, home: paths.home, variables }, profile.executablePath);
  }

  #policy(): AddressPolicy {
    return new AddressPolicy(this.deps.config().browser?.ssrfPolicy, this.deps.resolve);
  }

  async #begin(profile: Profile, headless: boolean | undefined): Promise<Running> {
    if (profile.kind === "local" && !profile.attachOnly) return this.#start(profile, headless);
    if (headless !== undefined) {
      throw new BrowserError(
        400,
        `The browser of "${profile.name}" is not started from here, so it cannot be started headless.`,
      );
    }
    const { clock } = this.deps;
    const endpoint =
      profile.kind === "local"
        ? await localEndpoint(profile.cdpPort, clock)
        : await remoteEndpoint(profile.cdpUrl, clock);
    return { link: await this.#connect(endpoint), own: undefined };
  }

  async #connect({ url, headers }: CdpEndpoint): Promise<BrowserLink> {
    const { clock, log } = this.deps;
    const connection = await CdpConnection.open(url, clock, headers);
    try {
      return await BrowserLink.open(connection, { policy: () => this.#policy(), clock, log });
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async #start(profile: LocalProfile, asked: boolean | undefined): Promise<Running> {
    const { deps } = this;
    const program = this.programOf(profile);
    if (!program) throw noProgram(profile, deps.system.platform);
    const headless = asked === undefined ? profile.headless : { value: asked, source: "request" as const };
    refuseWithoutScreen(profile.name, headless, deps);
    if (!(await this.#becomesFree(profile.cdpPort))) {
      throw new BrowserError(
        409,
        `Port ${profile.cdpPort} of the browser profile "${profile.name}" is used by another program. End it, or give the profile another port: openclaw config set browser.profiles.${profile.name}.cdpPort <port>`,
      );
    }
    await makeUserDataDir(profile.userDataDir);
    const door = await this.#door();
    let started: StartedBrowser | undefined;
    try {
      started = await this.#launch(profile, program, headless.value, door);
      const link = await this.#connect({ url: started.lineUrl, headers: {} });
      // Files that pages want to leave here are not taken.
      await link.connection.browser.send("Browser.setDownloadBehavior", { behavior: "deny" });
      this.#watch(profile.name, started, link, door);
      deps.log.info(`browser started: ${program.path} for profile ${profile.name}`, {
        pid: started.pid,
        port: profile.cdpPort,
        headless: headless.value,
        headlessSource: headless.source,
      });
      const { pid } = started;
      const stop = started.stop.bind(started);
      return { link, own: { pid, kind: program.kind, headless, stop } };
    } catch (error) {
      await started?.stop();
      await door?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  #launch(
    profile: LocalProfile,
    program: FoundBrowser,
    headless: boolean,
    door: Door | undefined,
  ): Promise<StartedBrowser> {
    const { config, system, variables, children, clock, ids } = this.deps;
    const { noSandbox = false, extraArgs = [] } = config().browser ?? {};
    const { cdpPort: port, userDataDir } = profile;
    const args = browserArguments({
      port,
      userDataDir,
      headless,
      noSandbox,
      extraArgs,
      door: door?.url,
      platform: system.platform,
    });
    const sandboxedRoot = system.platform !== "win32" && system.uid === 0 && !noSandbox;
    return StartedBrowser.start({
      program: program.path,
      args,
      port,
      userDataDir,
      variables,
      children,
      clock,
      ids,
      sandboxedRoot,
    });
  }

  /** A browser that has just been ended holds its port for a moment. */
  async #becomesFree(port: number): Promise<boolean> {
    const { clock } = this.deps;
    const deadline = clock.monotonic() + CLOSE_GRACE_MS;
    while (!(await isPortFree(port))) {
      if (clock.monotonic() >= deadline) return false;
      await pause(clock, START_POLL_MS);
    }
    return true;
  }

  /** The way out; none when the owner sends the browser through a proxy of their own. @throws BrowserError 400 */
  async #door(): Promise<Door | undefined> {
    const { config, log } = this.deps;
    if (!namesProxy(config().browser?.extraArgs ?? [])) return openDoor(() => this.#policy(), log);
    if (this.#policy().allowsPrivateNetwork) return undefined;
    throw new BrowserError(
      400,
      "browser.extraArgs names a proxy, which could lead pages anywhere. Allow that with browser.ssrfPolicy.dangerouslyAllowPrivateNetwork, or leave the proxy out.",
    );
  }

  /** A browser that ends by itself is noticed, and what stood beside it goes with it. */
  #watch(name: string, started: StartedBrowser, link: BrowserLink, door: Door | undefined): void {
    const { log } = this.deps;
    void started.ended.then(async ({ reason, exitCode, signal }) => {
      if (reason === "exit" || reason === "signal") {
        const expected = exitCode === 0;
        log[expected ? "info" : "warn"](`browser ended: profile ${name}`, { exitCode, signal });
      }
      link.connection.close();
      await door?.[Symbol.asyncDispose]();
    });
    // A line that breaks while the browser stays would leave a browser that nobody can reach.
    void link.connection.closed.then(async () => {
      await pause(this.deps.clock, CLOSE_GRACE_MS);
      await started.stop();
    });
  }
}

/** Asks a browser of ours to close, so that it writes its cookies down, and ends it when it takes too long. */
async function end({ link, own }: Running, { clock }: BrowserDeps): Promise<void> {
  const { connection } = link;
  if (own) {
    await connection.browser.send("Browser.close", undefined, CLOSE_GRACE_MS).catch(() => undefined);
    await inTime(clock, CLOSE_GRACE_MS, connection.closed, undefined);
    await own.stop();
  }
  connection.close();
}

function noProgram({ name, executablePath }: LocalProfile, platform: NodeJS.Platform): BrowserError {
  const what =
    executablePath === undefined
      ? "No browser of the Chromium family was found on this machine."
      : `There is no program ${executablePath}, which the profile "${name}" is to be started with.`;
  return new BrowserError(503, `${what} ${installAdvice(platform)}`, { reason: "no_browser_found" });
}

function refuseWithoutScreen(
  profile: string,
  { value, source }: OwnBrowser["headless"],
  { env, system }: BrowserDeps,
): void {
  if (value || system.platform !== "linux" || env.hasDisplay) return;
  throw new BrowserError(
    409,
    `The browser of "${profile}" is to show a window (${source}), and there is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set. Set browser.headless to true, or start it with --headless.`,
    {
      reason: "no_display_for_headed_profile",
      details: { profile, requestedHeadless: false, headlessSource: source, displayPresent: false },
    },
  );
}
