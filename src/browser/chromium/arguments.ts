import { BrowserError } from "../errors.ts";

/** What a start needs to know. */
export interface StartFacts {
  readonly port: number;
  readonly userDataDir: string;
  readonly headless: boolean;
  readonly noSandbox: boolean;
  readonly extraArgs: readonly string[];
  /** Way out of the browser; undefined when its owner chose one by argument. */
  readonly door: string | undefined;
  readonly platform: NodeJS.Platform;
}

/** Neither questions nor talk with its maker: what is open is what was asked for. */
const QUIET = [
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-search-engine-choice-screen",
  "--disable-session-crashed-bubble",
  "--hide-crash-restore-bubble",
  "--disable-features=Translate,MediaRouter,OptimizationHints,NetworkPrediction",
  "--metrics-recording-only",
  "--no-pings",
  // Without it a browser asks a keyring for its key, which asks a person.
  "--password-store=basic",
];

/** What goes past a proxy unless told otherwise: QUIC, and the media of calls. */
const NO_WAY_AROUND = ["--disable-quic", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp"];

/** Arguments that decide what is decided here. */
const OURS = /^--(?:remote-debugging-(?:port|pipe|address)|remote-allow-origins|user-data-dir)\b/;

const PROXY =
  /^--(?:proxy-server|proxy-pac-url|proxy-auto-detect|proxy-bypass-list|no-proxy-server|host-resolver-rules|host-rules)\b/;

/** True when the owner sends the browser through a proxy of their own. */
export function namesProxy(extraArgs: readonly string[]): boolean {
  return extraArgs.some((one) => PROXY.test(one));
}

/** The command line of a browser. @throws BrowserError 400 for further arguments that would take it out of our hands */
export function browserArguments(facts: StartFacts): string[] {
  const taken = facts.extraArgs.find((one) => OURS.test(one) || !one.startsWith("--"));
  if (taken !== undefined) {
    throw new BrowserError(
      400,
      `browser.extraArgs cannot have ${taken.split("=")[0]}: that is set for each profile.`,
    );
  }
  return [
    `--remote-debugging-port=${facts.port}`,
    `--user-data-dir=${facts.userDataDir}`,
    ...QUIET,
    ...NO_WAY_AROUND,
    ...(facts.door === undefined ? [] : [`--proxy-server=${facts.door}`, "--proxy-bypass-list=<-loopback>"]),
    ...(facts.headless ? ["--headless=new", "--disable-gpu", "--hide-scrollbars"] : []),
    ...(facts.noSandbox ? ["--no-sandbox", "--disable-setuid-sandbox"] : []),
    // Small containers have no room in /dev/shm.
    ...(facts.platform === "linux" ? ["--disable-dev-shm-usage"] : []),
    ...facts.extraArgs,
    "about:blank",
  ];
}
