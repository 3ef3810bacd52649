import { expect, test } from "bun:test";
import fc from "fast-check";
import { EgressError } from "../../../src/lib/egress/index.ts";
import { canary, egress, failure } from "./support.ts";

const refused = (error: unknown) => error instanceof EgressError && error.kind === "refused";

test("no spelling of loopback reaches a server there", async () => {
  await using server = canary(() => new Response("inside"));
  const out = egress({ resolve: () => Promise.resolve(["127.0.0.1"]) });
  const hosts = [
    "127.0.0.1",
    "127.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "127.0.0.1.",
    "①②⑦.0.0.1",
    "0.0.0.0",
    "0",
    "[::]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[64:ff9b::7f00:1]",
    "localhost",
    "LOCALHOST.",
    "app.localhost",
    "printer.local",
    "metadata.google.internal",
    "looks-public.example",
    "looks-public.example.",
    "example.com%2f@127.0.0.1",
  ];
  for (const host of hosts) {
    const error = await failure(
      out.request(`http://${host}:${server.port}/`, undefined, { reach: "public" }),
    );
    expect([host, refused(error)]).toEqual([host, true]);
  }
  expect(server.seen).toBeEmpty();
});

test("any address of 127/8, written as one number, is refused", async () => {
  const out = egress();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0x7f000000, max: 0x7fffffff }),
      fc.constantFrom(10, 16, 8),
      async (ip, base) => {
        const text = { 10: String(ip), 16: `0x${ip.toString(16)}`, 8: `0${ip.toString(8)}` }[base];
        expect(refused(await failure(out.request(`http://${text}/`, undefined, { reach: "public" })))).toBe(
          true,
        );
      },
    ),
    { numRuns: 50 },
  );
});

test("only http and https are spoken, and a name with a password in it is refused", async () => {
  for (const url of [
    "file:///etc/passwd",
    "ftp://example.com/",
    "data:text/plain,hi",
    "https://a:b@example.com/",
    "nonsense",
  ]) {
    const error = await failure(egress().request(url, undefined, { reach: "public" }));
    expect([url, refused(error)]).toEqual([url, true]);
  }
});

test("a name that has one address inside is refused, whatever its others are", async () => {
  const out = egress({ resolve: () => Promise.resolve(["93.184.216.34", "10.0.0.5"]) });
  const error = await failure(out.request("http://mixed.example/", undefined, { reach: "public" }));
  expect(refused(error)).toBe(true);
  expect(String(error)).toContain("mixed.example is not on the public internet (private: 10.0.0.5)");
});

test("a name that changes its address between check and connection leads nowhere else", async () => {
  await using server = canary(() => new Response("inside"));
  let lookups = 0;
  // 2000::1 is public by its number and belongs to nobody.
  const out = egress({ resolve: () => Promise.resolve(lookups++ === 0 ? ["2000::1"] : ["127.0.0.1"]) });
  const error = await failure(
    out.request(
      `http://rebind.example:${server.port}/`,
      undefined,
      { reach: "public" },
      { responseTimeoutMs: 300 },
    ),
  );
  expect(error).toBeInstanceOf(EgressError);
  expect(lookups).toBe(1);
  expect(server.seen).toBeEmpty();
});

test("a redirect from a trusted origin to another place inside is refused", async () => {
  await using inside = canary(() => new Response("secret"));
  await using trusted = canary((_, url) =>
    url.pathname === "/self"
      ? new Response("here")
      : Response.redirect(url.pathname === "/hop" ? "/self" : `${inside.origin}/x`, 302),
  );
  const policy = { reach: "public", trusted: [trusted.origin] } as const;
  expect(await (await egress().request(`${trusted.origin}/hop`, undefined, policy)).text()).toBe("here");
  expect(refused(await failure(egress().request(`${trusted.origin}/away`, undefined, policy)))).toBe(true);
  expect(inside.seen).toBeEmpty();
});

test("trust is for one origin: another port of the same host is refused", async () => {
  await using server = canary(() => new Response("inside"));
  const policy = { reach: "public", trusted: ["http://127.0.0.1:1"] } as const;
  expect(refused(await failure(egress().request(server.origin, undefined, policy)))).toBe(true);
  expect(server.seen).toBeEmpty();
});

test("behind a proxy, a name that leads inside is refused, an unknown one is left to the proxy, and one's own server is not", async () => {
  await using proxy = canary((request) => new Response(`proxied ${request.url}`));
  const settings = { http: proxy.origin, noProxy: [] };
  await using own = canary(() => new Response("own"));
  const policy = { reach: "public", trusted: [own.origin] } as const;
  expect(await (await egress({ proxy: settings }).request(own.origin, undefined, policy)).text()).toBe("own");
  const inside = egress({ proxy: settings, resolve: () => Promise.resolve(["10.0.0.1"]) });
  expect(refused(await failure(inside.request("http://wiki.example/", undefined, { reach: "public" })))).toBe(
    true,
  );
  expect(proxy.seen).toBeEmpty();
  const unknown = egress({ proxy: settings });
  const answer = await unknown.request("http://outside.example/page", undefined, { reach: "public" });
  expect(await answer.text()).toBe("proxied http://outside.example/page");
});
