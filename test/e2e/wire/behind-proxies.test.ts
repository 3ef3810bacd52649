import { expect, test } from "bun:test";
import { spawnGateway, tempHome, until, WireClient } from "../../support/index.ts";
import { type Rewrite, reverseProxy } from "./support/reverse-proxy.ts";

const TOKEN = "behind-a-proxy-0123456789";
const SITE = "chat.example.com";
const CLIENT = "203.0.113.9";

/** What a browser sends to the site. */
const BROWSER = { host: SITE, origin: `https://${SITE}` };

const UPGRADE = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

const ORIGINS = "gateway.controlUi.allowedOrigins";
const PROXIES = "gateway.trustedProxies";

/** Proxies as their manuals set them up, and what each needs that a gateway on loopback lets its pages in. */
const KINDS: readonly (readonly [name: string, rewrite: Rewrite, needs: readonly string[]])[] = [
  [
    "nginx that passes the host on",
    (head) => ({
      ...head,
      host: SITE,
      "x-real-ip": CLIENT,
      "x-forwarded-for": CLIENT,
      "x-forwarded-proto": "https",
    }),
    [ORIGINS, PROXIES],
  ],
  [
    "nginx as it comes, with the name of its upstream",
    (head) => ({ ...head, host: "127.0.0.1:18789" }),
    [ORIGINS],
  ],
  [
    "Caddy",
    (head) => ({
      ...head,
      host: SITE,
      "x-forwarded-for": CLIENT,
      "x-forwarded-host": SITE,
      "x-forwarded-proto": "https",
      via: "1.1 Caddy",
    }),
    [ORIGINS, PROXIES],
  ],
  [
    "Traefik",
    (head) => ({
      ...head,
      host: SITE,
      "x-forwarded-for": CLIENT,
      "x-forwarded-host": SITE,
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      "x-forwarded-server": "traefik-0",
      "x-real-ip": CLIENT,
    }),
    [ORIGINS, PROXIES],
  ],
  [
    "Tailscale Serve that somebody set up by hand, under a name of the tailnet",
    (head) => ({
      ...head,
      host: "box.tail1234.ts.net",
      origin: "https://box.tail1234.ts.net",
      "x-forwarded-for": "100.101.102.103",
      "x-forwarded-host": "box.tail1234.ts.net",
      "x-forwarded-proto": "https",
      "tailscale-user-login": "ann@example.com",
      "tailscale-user-name": "Ann",
      "tailscale-headers-info": "https://tailscale.com/s/serve-headers",
    }),
    [PROXIES],
  ],
];

/** Why a page is not let in, in the words of the answer; undefined when it is. */
async function refusalOf(port: number): Promise<string | undefined> {
  const url = `ws://127.0.0.1:${port}/`;
  const client = await WireClient.open(url, { headers: BROWSER }).catch(() => undefined);
  if (!client)
    return textOf(await fetch(`http://127.0.0.1:${port}/`, { headers: { ...BROWSER, ...UPGRADE } }));
  const answer = await client.connect({ auth: { token: TOKEN } });
  await (answer.ok ? client.close() : client.closed);
  return answer.ok ? undefined : JSON.stringify(answer.error);
}

/** Why a request of a page is refused; undefined when it is answered. */
async function httpRefusalOf(port: number): Promise<string | undefined> {
  const headers = { ...BROWSER, authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers });
  return answer.ok ? undefined : textOf(answer);
}

async function textOf(answer: Response): Promise<string> {
  return `${answer.status} ${await answer.text()}`;
}

/** A gateway on loopback whose settings a person changes while it runs. */
async function changing(auth: object) {
  const home = await tempHome();
  const write = (settings: object) =>
    home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local", auth, reload: { debounceMs: 20 }, ...settings },
    });
  await write({});
  const gateway = await spawnGateway({ home, token: null });
  return {
    port: gateway.port,
    /** Sets what `keys` name, each to what lets the site and its proxy in, and nothing else. */
    async set(keys: readonly string[]): Promise<void> {
      const mark = gateway.output().length;
      const isSet = (key: string) => keys.includes(key);
      await write({
        ...(isSet(ORIGINS) && { controlUi: { allowedOrigins: [BROWSER.origin] } }),
        ...(isSet(PROXIES) && { trustedProxies: ["127.0.0.1"] }),
      });
      await until("the reload", () => gateway.output().slice(mark).includes("hot reload applied"));
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

test("B22: behind any proxy a page is refused with the origin that was seen and the key to set, and is let in when just that is set", async () => {
  await using gateway = await changing({ mode: "token", token: TOKEN });
  let isClean = true;
  for (const [name, rewrite, needs] of KINDS) {
    if (!isClean) await gateway.set([]);
    using proxy = reverseProxy(gateway.port, rewrite);
    const set: string[] = [];
    for (const key of needs) {
      const refusal = await refusalOf(proxy.port);
      expect({ name, set, refusal }).toEqual({ name, set, refusal: expect.stringContaining(key) });
      // A proxy nobody vouched for is refused before its pages are looked at.
      if (key === ORIGINS) expect(refusal).toContain(BROWSER.origin);
      set.push(key);
      await gateway.set(set);
      isClean = false;
    }
    expect({ name, refusal: await refusalOf(proxy.port) }).toEqual({ name, refusal: undefined });
    expect({ name, refusal: await httpRefusalOf(proxy.port) }).toEqual({ name, refusal: undefined });
  }
}, 20_000);

test("B22: where no secret comes with a request, HTTP refuses a page by its origin too, and names the key", async () => {
  await using gateway = await changing({ mode: "none" });
  using proxy = reverseProxy(gateway.port, (head) => ({ ...head, host: "127.0.0.1:18789" }));
  const refusal = await httpRefusalOf(proxy.port);
  expect(refusal).toStartWith("403 ");
  expect(refusal).toContain(`${BROWSER.origin} is not in ${ORIGINS}`);
  await gateway.set([ORIGINS]);
  expect(await httpRefusalOf(proxy.port)).toBeUndefined();
});

test("B22: a page that cannot have a device identity is told of HTTPS and localhost, not of its secret", async () => {
  await using gateway = await changing({ mode: "token", token: TOKEN });
  await using page = await WireClient.open(`ws://127.0.0.1:${gateway.port}/`, {
    headers: { origin: "http://localhost:3000" },
  });
  const client = { id: "openclaw-control-ui", version: "1", platform: "web", mode: "webchat" };
  const { error } = await page.connect({ client, auth: { token: TOKEN } });
  expect(error).toMatchObject({
    message: expect.stringContaining("use HTTPS or localhost secure context"),
    details: { code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" },
  });
});
