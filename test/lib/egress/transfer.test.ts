import { expect, test } from "bun:test";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { dialPinned } from "../../../src/lib/egress/dial.ts";
import { EgressError, proxyFromEnv } from "../../../src/lib/egress/index.ts";
import { proxyFor } from "../../../src/lib/egress/proxy.ts";
import {
  answer,
  cut,
  FakeModelProvider,
  type Reply,
  silence,
  text,
} from "../../fakes/model-provider/index.ts";
import { freePort, ManualClock, until, within } from "../../support/index.ts";
import { canary, egress, failure } from "./support.ts";

const kindOf = (error: unknown) => (error instanceof EgressError ? error.kind : error);

function stream(...pieces: string[]): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      },
    }),
  );
}

test("a pinned request goes to the given address under the name it asked for", async () => {
  await using server = canary(
    (request, url) => new Response(`${request.headers.get("host")} ${url.pathname}`),
  );
  const url = new URL(`http://pinned.example:${server.port}/path?q=1`);
  const leg = { url, method: "GET", headers: new Headers(), body: undefined };
  const answer = await dialPinned(leg, ["127.0.0.1"], new AbortController().signal);
  expect(await answer.text()).toBe(`pinned.example:${server.port} /path`);
});

test("the next address is tried when one cannot be reached", async () => {
  await using server = canary(() => new Response("second"));
  const url = new URL(`http://two.example:${server.port}/`);
  const leg = { url, method: "GET", headers: new Headers(), body: undefined };
  // Nothing listens on that port of 127.0.0.2: the server is bound to 127.0.0.1 alone.
  const answer = await dialPinned(leg, ["127.0.0.2", "127.0.0.1"], new AbortController().signal);
  expect(await answer.text()).toBe("second");
});

test("what a server may have heard is not said to the next address", async () => {
  let heard = 0;
  const rude = createServer((socket) => {
    socket.once("data", () => {
      heard++;
      socket.destroy();
    });
  }).listen(0, "127.0.0.1");
  await once(rude, "listening");
  const address = rude.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const url = new URL(`http://two.example:${port}/`);
  const leg = { url, method: "POST", headers: new Headers(), body: "once" };
  const twice = ["127.0.0.1", "127.0.0.1"];
  const error = await failure(dialPinned(leg, twice, new AbortController().signal));
  expect([error instanceof EgressError && error.unsent, heard]).toEqual([false, 1]);
  await failure(dialPinned({ ...leg, method: "GET", body: undefined }, twice, new AbortController().signal));
  expect(heard).toBe(3);
  rude.close();
});

test("an error tells whether anything was sent", async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const policy = { reach: "public", trusted: [origin] } as const;
  const unsent = async (url: string) => {
    const error = await failure(egress().request(url, { method: "POST", body: "b" }, policy));
    return error instanceof EgressError && error.unsent;
  };
  expect(await unsent(`${origin}/refused`)).toBe(true);
  expect(await unsent("http://127.0.0.1:1/forbidden")).toBe(true);
  expect(await unsent("https://unknown.example/")).toBe(true);
});

test("a pinned TLS connection asks for the name, and a certificate of another name is refused", async () => {
  const fixtures = join(import.meta.dir, "../../client/fixtures");
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: Bun.file(join(fixtures, "cert.pem")), key: Bun.file(join(fixtures, "key.pem")) },
    fetch: () => new Response("never"),
  });
  const url = new URL(`https://pinned.example:${server.port}/`);
  const leg = { url, method: "GET", headers: new Headers(), body: undefined };
  const error = await failure(dialPinned(leg, ["127.0.0.1"], new AbortController().signal));
  expect(kindOf(error)).toBe("network");
  expect(error instanceof EgressError && error.unsent).toBe(true);
  await server.stop(true);
});

test("an Authorization header follows a redirect at home and not abroad", async () => {
  await using abroad = canary(() => new Response("abroad"));
  await using home = canary((_, url) => {
    if (url.pathname === "/in") return Response.redirect("/end", 302);
    return url.pathname === "/out" ? Response.redirect(abroad.origin, 302) : new Response("home");
  });
  const policy = { reach: "public", trusted: [home.origin, abroad.origin] } as const;
  const headers = {
    authorization: "Bearer k",
    "x-api-key": "k",
    cookie: "a=b",
    "x-goog-api-key": "k",
    accept: "a/b",
  };
  for (const path of ["/in", "/out"]) await egress().request(home.origin + path, { headers }, policy);
  expect(home.seen[1]?.get("authorization")).toBe("Bearer k");
  const arrived = Object.keys(Object.fromEntries(abroad.seen[0] ?? []));
  expect(arrived.filter((name) => /auth|key|cookie/.test(name))).toEqual([]);
  expect(abroad.seen[0]?.get("accept")).toBe("a/b");
});

test("what was posted is never sent on to another origin", async () => {
  await using abroad = canary(() => new Response("abroad"));
  await using home = canary(() => Response.redirect(abroad.origin, 307));
  const policy = { reach: "public", trusted: [home.origin, abroad.origin] } as const;
  const error = await failure(egress().request(home.origin, { method: "POST", body: "prompt" }, policy));
  expect(kindOf(error)).toBe("redirects");
  expect(abroad.seen).toBeEmpty();
});

test("a 303 turns a POST into a GET without its body, a 307 repeats it", async () => {
  await using server = canary(async (request, url) =>
    url.pathname === "/end"
      ? new Response(`${request.method} ${await request.text()}`)
      : new Response(null, { status: Number(url.pathname.slice(1)), headers: { location: "/end" } }),
  );
  const post = async (path: string) =>
    (
      await egress().request(
        server.origin + path,
        { method: "POST", body: "b" },
        { reach: "public", trusted: [server.origin] },
      )
    ).text();
  expect([await post("/303"), await post("/307")]).toEqual(["GET ", "POST b"]);
});

test("the answer says where redirects ended, and too many of them are an error", async () => {
  await using server = canary((_, url) =>
    url.pathname === "/end"
      ? new Response("x")
      : Response.redirect(url.pathname === "/a" ? "/end" : "/loop", 302),
  );
  const policy = { reach: "public", trusted: [server.origin] } as const;
  expect((await egress().request(`${server.origin}/a`, undefined, policy)).url).toBe(`${server.origin}/end`);
  const error = await failure(
    egress().request(`${server.origin}/loop`, undefined, policy, { maxRedirects: 3 }),
  );
  expect([kindOf(error), server.seen.length]).toEqual(["redirects", 2 + 4]);
});

test("a body past the limit ends with an error, also when it was compressed", async () => {
  await using server = canary((_, url) =>
    url.pathname === "/gz"
      ? new Response(Bun.gzipSync(new Uint8Array(100_000)), { headers: { "content-encoding": "gzip" } })
      : new Response("x".repeat(5_000)),
  );
  const policy = { reach: "public", trusted: [server.origin] } as const;
  for (const path of ["/", "/gz"]) {
    const answer = await egress().request(server.origin + path, undefined, policy, { maxBytes: 4_000 });
    expect(kindOf(await failure(answer.text()))).toBe("too-large");
  }
});

test("a server that never answers, one that pauses and one that never ends are each given up", async () => {
  await using server = canary((_, url) =>
    url.pathname === "/mute" ? new Promise<Response>(() => undefined) : stream("begin"),
  );
  const policy = { reach: "public", trusted: [server.origin] } as const;

  const mute = new ManualClock();
  const unanswered = failure(
    egress({ clock: mute }).request(`${server.origin}/mute`, undefined, policy, { responseTimeoutMs: 1_000 }),
  );
  await until("the request to arrive", () => server.seen.length === 1);
  mute.advance(1_000);
  expect(kindOf(await within("the response time-out", unanswered))).toBe("timeout");

  for (const limits of [{ idleTimeoutMs: 500 }, { totalTimeoutMs: 500, idleTimeoutMs: 0 }]) {
    const clock = new ManualClock();
    const answer = await egress({ clock }).request(`${server.origin}/pause`, undefined, policy, limits);
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("begin");
    let ended: unknown;
    void failure(reader?.read() ?? Promise.resolve()).then((error) => (ended = error));
    await until("the end of the body", () => {
      clock.advance(500);
      return ended !== undefined;
    });
    expect(kindOf(ended)).toBe("timeout");
  }
});

test("aborting ends the request and its body at once, with the caller's reason", async () => {
  await using server = canary((_, url) =>
    url.pathname === "/mute" ? new Promise<Response>(() => undefined) : stream("begin"),
  );
  const policy = { reach: "public", trusted: [server.origin] } as const;
  const early = new AbortController();
  const waiting = failure(egress().request(`${server.origin}/mute`, { signal: early.signal }, policy));
  await until("the request to arrive", () => server.seen.length === 1);
  early.abort("enough");
  expect(await within("the abort", waiting)).toBe("enough");

  const late = new AbortController();
  const answer = await egress().request(`${server.origin}/s`, { signal: late.signal }, policy);
  const reader = answer.body?.getReader();
  await reader?.read();
  const next = failure(reader?.read() ?? Promise.resolve());
  late.abort("enough");
  expect(await within("the abort", next)).toBe("enough");
  const before = server.seen.length;
  expect(await failure(egress().request(server.origin, { signal: late.signal }, policy))).toBe("enough");
  expect(server.seen.length).toBe(before);
});

test("a body that breaks off tells who broke it, and one that is not wanted breaks nothing", async () => {
  await using provider = await FakeModelProvider.start();
  const policy = { reach: "public", trusted: [provider.origin] } as const;
  const heard: string[] = [];
  const ask = (reply: Reply) => {
    provider.next(reply);
    const request = { method: "POST", body: JSON.stringify({ model: "m", stream: true, messages: [] }) };
    const note = (error: EgressError) => void heard.push(error.message);
    return egress().request(`${provider.openAiUrl}/chat/completions`, request, policy, {}, note);
  };
  const unwanted = await ask(answer([text("begin"), silence()]));
  await unwanted.body?.cancel();
  expect(heard).toEqual([]);
  const broken = await ask(answer([text("begin"), cut()]));
  expect(kindOf(await failure(broken.text()))).toBe("network");
  expect(heard).toEqual(["127.0.0.1 broke the connection off: ECONNRESET"]);
});

test("an error names the host and no path, query or key", async () => {
  const error = await failure(
    egress().request("http://127.0.0.1:1/v1?key=hush", undefined, {
      reach: "public",
      trusted: ["http://127.0.0.1:1"],
    }),
  );
  expect(String(error)).toBe("EgressError: no connection to 127.0.0.1: ECONNREFUSED");
});

test("proxies are read from the variables, and NO_PROXY lists hosts, suffixes, ports and blocks", () => {
  expect(proxyFromEnv({})).toBeUndefined();
  expect(proxyFromEnv({ ALL_PROXY: "socks5://x:1" })).toBeUndefined();
  const own = { OPENCLAW_PROXY_URL: "http://own:1" };
  expect(proxyFromEnv(own)).toEqual({ http: "http://own:1", https: "http://own:1", noProxy: [] });
  expect(proxyFromEnv({ ...own, https_proxy: "http://p:2" })).toEqual({ https: "http://p:2", noProxy: [] });
  const settings = proxyFromEnv({
    https_proxy: "http://p:1",
    HTTP_PROXY: "http://q:2",
    NO_PROXY: "example.com, .corp.example 10.0.0.0/8,host:8080,::1",
  });
  const through = (url: string) => proxyFor(new URL(url), settings);
  expect(through("https://a.test/")).toBe("http://p:1");
  expect(through("http://a.test/")).toBe("http://q:2");
  for (const url of [
    "http://example.com/",
    "http://www.example.com/",
    "http://a.corp.example/",
    "http://10.2.3.4/",
    "http://host:8080/",
    "http://[::1]/",
  ]) {
    expect([url, through(url)]).toEqual([url, undefined]);
  }
  expect(through("http://host:8081/")).toBe("http://q:2");
  expect(through("http://notexample.com/")).toBe("http://q:2");
  expect(
    proxyFor(new URL("http://a/"), proxyFromEnv({ HTTP_PROXY: "http://q:2", NO_PROXY: "*" })),
  ).toBeUndefined();
});
