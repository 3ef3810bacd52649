import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { symlink } from "node:fs/promises";
import { type GatewayProcess, spawnGateway, type TempHome, tempHome, until } from "../../support/index.ts";

setDefaultTimeout(20_000);

const POLICY_WORDS = [
  "default-src 'none'",
  "script-src 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
];

let home: TempHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  home = await tempHome();
  const environment = { label: "<staging>", color: "amber" };
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local", controlUi: { basePath: "oc", environment } },
  });
  gateway = await spawnGateway({ home });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${gateway.httpUrl}${path}`, { headers, redirect: "manual", decompress: false });
}

/** The addresses of the files that the document names. */
async function filesOf(path: string): Promise<string[]> {
  const html = await (await get(path)).text();
  return [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = ""]) => address);
}

describe("seed 53: the Control UI on the gateway's own port", () => {
  test("the document is at every address that names no file, below the base path only", async () => {
    for (const path of ["/oc/", "/oc/chat", "/oc/chat?session=a", "/oc/deep/er/still"]) {
      const response = await get(path);
      expect([path, response.status, response.headers.get("cache-control")]).toEqual([path, 200, "no-cache"]);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("x-frame-options")).toBe("DENY");
      const policy = response.headers.get("content-security-policy") ?? "";
      for (const word of POLICY_WORDS) expect(policy).toContain(word);
      expect(policy).not.toContain("unsafe");
      const html = await response.text();
      expect(html).toContain('data-openclaw-base-path="/oc"');
      expect(html).toContain('data-openclaw-environment-label="&lt;staging&gt;"');
    }
    const bare = await get("/oc?x=1");
    expect([bare.status, bare.headers.get("location")]).toEqual([302, "/oc/?x=1"]);
    for (const path of ["/", "/chat", "/ocx", "/oc/api/x", "/oc/v1/x", "/oc/assets/nope.js", "/oc/x.png"]) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
    const unwanted = await get("/oc/", { accept: "text/html;q=0, */*" });
    expect(unwanted.status).toBe(404);
  });

  test("its files are named after what is in them, kept for good, and sent as small as the browser takes them", async () => {
    const files = await filesOf("/oc/");
    expect(files.filter((path) => path.startsWith("/oc/assets/"))).toHaveLength(2);
    for (const path of files) {
      const plain = await get(path, { "accept-encoding": "identity" });
      expect([path, plain.status, plain.headers.get("content-encoding")]).toEqual([path, 200, null]);
      expect(plain.headers.get("x-content-type-options")).toBe("nosniff");
      if (!path.startsWith("/oc/assets/")) continue;
      expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(plain.headers.get("vary")).toBe("Accept-Encoding");
      const text = await plain.text();
      for (const encoding of ["br", "gzip"]) {
        const packed = await fetch(`${gateway.httpUrl}${path}`, { headers: { "accept-encoding": encoding } });
        expect([packed.headers.get("content-encoding"), (await packed.text()) === text]).toEqual([
          encoding,
          true,
        ]);
      }
    }
  });

  test("what it is told takes an operator, and says nothing secret", async () => {
    expect((await get("/oc/control-ui-config.json")).status).toBe(401);
    const told = await get("/oc/control-ui-config.json", { authorization: `Bearer ${gateway.token}` });
    expect(await told.json()).toEqual({
      basePath: "/oc",
      assistantAgentId: "main",
      assistantName: expect.any(String),
      assistantAvatar: expect.any(String),
      serverVersion: expect.any(String),
      terminalEnabled: false,
      environment: { label: "<staging>", color: "amber" },
    });
  });

  test("it is switched off and on while the gateway runs; connections and probes stay", async () => {
    await using operator = await gateway.operator();
    const switchTo = async (enabled: boolean): Promise<void> => {
      const { hash } = (await operator.call("config.get")) as { hash: string };
      const raw = JSON.stringify({ gateway: { controlUi: { enabled } } });
      await operator.call("config.patch", { raw, baseHash: hash });
    };
    await switchTo(false);
    await until("the page to be gone", async () => (await get("/oc/")).status === 404);
    expect([(await get("/oc/favicon.svg")).status, (await get("/healthz")).status]).toEqual([404, 200]);
    expect(await operator.call("health")).toMatchObject({ ok: true });
    await switchTo(true);
    await until("the page to be back", async () => (await get("/oc/")).status === 200);
  });
});

describe("gateway.controlUi.root: an interface of the owner's", () => {
  test("C8: its files are served, the document where none is named, and nothing outside the folder", async () => {
    await using own = await tempHome();
    await own.write("site/index.html", "<!doctype html><title>mine</title>");
    await own.write("site/js/app.js", "1;");
    await own.write("secret.txt", "nobody may read this");
    await own.write("site/.env", "nobody may read this");
    await own.write("site/.git/config.txt", "nobody may read this");
    await symlink(own.at("secret.txt"), own.at("site", "link.txt"));
    await own.write(".openclaw/openclaw.json", {
      gateway: { mode: "local", controlUi: { root: own.at("site") } },
    });
    await using served = await spawnGateway({ home: own });
    const at = (path: string) => fetch(`${served.httpUrl}${path}`);
    for (const path of ["/", "/any/where"]) expect(await (await at(path)).text()).toContain("<title>mine");
    const script = await at("/js/app.js");
    expect([await script.text(), script.headers.get("content-type")]).toEqual([
      "1;",
      "text/javascript; charset=utf-8",
    ]);
    for (const path of [
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/js/..%2f..%2fsecret.txt",
      "/link.txt",
      "/%2fetc%2fpasswd.txt",
      "/secret.txt%00.js",
      "/%ff.js",
      "/.env",
      "/js/..%2f.env",
      "/.git/config.txt",
    ]) {
      const response = await at(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).not.toContain("nobody may read");
    }
  });
});
