import { render } from "preact";
import { systemClock } from "../../client/browser/index.ts";
import type { ClientIdentity } from "../../protocol/index.ts";
import { App } from "./app.tsx";
import { readFacts } from "./facts.ts";
import { Credentials, takeSecret } from "./link/credentials.ts";
import { deviceKey } from "./link/device-key.ts";
import { Link } from "./link/link.ts";
import { insecureContext, outdatedBrowser, type Refusal } from "./link/refusal.ts";
import { openShelf } from "./link/shelf.ts";
import { Places } from "./place.ts";
import { SignIn } from "./sign-in/sign-in.tsx";

/** All that a person at the controls may do; a browser that was let in for less asks for no more than it has. */
const SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.questions",
  "operator.pairing",
];

// Before anything else: nobody who looks at the screen or at the history later shall see it.
const handedOver = takeSecret(window);

async function begin(ground: HTMLElement): Promise<void> {
  const facts = readFacts(document.documentElement);
  const stop = (refusal: Refusal): void => render(<SignIn refusal={refusal} link={undefined} />, ground);
  if (!isSecureContext) return stop(insecureContext(location.origin));
  const shelf = await openShelf(facts.basePath);
  const key = await deviceKey(shelf).catch(() => undefined);
  if (key === undefined) return stop(outdatedBrowser());
  const credentials = new Credentials(sessionStorage, shelf, facts.basePath);
  if (handedOver !== undefined) credentials.use(handedOver);
  const link = new Link({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${facts.basePath}/`,
    origin: location.origin,
    client: identity(facts.version),
    scopes: SCOPES,
    credentials,
    key,
    clock: systemClock,
  });
  addEventListener("online", () => link.retryNow());
  addEventListener("hashchange", () => {
    const secret = takeSecret(window);
    if (secret !== undefined) link.signIn(secret);
  });
  link.start();
  const places = new Places(facts.basePath, window);
  render(<App facts={facts} link={link} places={places} />, ground);
}

function identity(version: string): ClientIdentity {
  return {
    id: "openclaw-control-ui",
    mode: "webchat",
    version,
    platform: "web",
    displayName: browserName(navigator.userAgent),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    instanceId: crypto.randomUUID(),
  };
}

/** What a person would call this browser in a list. */
function browserName(agent: string): string {
  const browser = [
    ["Edg/", "Edge"],
    ["Firefox/", "Firefox"],
    ["Chrome/", "Chrome"],
    ["Safari/", "Safari"],
  ].find(([sign = ""]) => agent.includes(sign))?.[1];
  const system = [
    ["Android", "Android"],
    ["iPhone", "iPhone"],
    ["iPad", "iPad"],
    ["Mac OS X", "Mac"],
    ["Windows", "Windows"],
    ["Linux", "Linux"],
  ].find(([sign = ""]) => agent.includes(sign))?.[1];
  return `${browser ?? "Browser"}${system === undefined ? "" : ` on ${system}`}`;
}

const ground = document.getElementById("app");
if (ground !== null) void begin(ground);
