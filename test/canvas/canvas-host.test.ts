import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { link, mkdir, rename, symlink } from "node:fs/promises";
import { CanvasHost, type CanvasPlaces } from "../../src/canvas/index.ts";
import { WHOLE_FILE_BYTES } from "../../src/canvas/limits.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { type TempHome, tempHome } from "../support/index.ts";

const CANARY = "the canary outside";

let home: TempHome;
let host: CanvasHost;
let liveReload: boolean;

beforeEach(async () => {
  home = await tempHome();
  liveReload = true;
  await home.write("secret.txt", CANARY);
  await home.write("canvas/index.html", "<h1>front</h1>");
  await home.write("canvas/game/index.html", "<h1>game</h1>");
  await home.write("canvas/game/data.json", "{}");
  await home.write("hosted/documents/cv_1/index.html", "<h1>document</h1>");
  await home.write("hosted/documents/loose.html", "in no document");
  const places = (): CanvasPlaces => {
    return {
      root: home.at("canvas"),
      rootShown: "~/canvas",
      documents: home.at("hosted", "documents"),
      a2ui: home.at("hosted", "a2ui"),
      liveReload,
    };
  };
  host = new CanvasHost({ places, clock: systemClock, log: silentLogger });
});

afterEach(async () => {
  host.stop();
  await home[Symbol.asyncDispose]();
});

interface Asked {
  readonly surface?: "canvas" | "a2ui";
  readonly shared?: boolean;
  readonly headers?: Record<string, string>;
  readonly method?: "GET" | "HEAD";
}

function ask(path: string, asked: Asked = {}): Promise<Response> {
  const { surface = "canvas", shared = false, headers = {}, method = "GET" } = asked;
  const request = new Request(`http://127.0.0.1/__openclaw__/${surface}/`, { headers, method });
  return host.answer({ request, surface, path, shared, signal: () => request.signal });
}

describe("what is served", () => {
  test("seed 57: a folder's index.html, and files by what they are", async () => {
    expect(await (await ask("")).text()).toBe("<h1>front</h1>");
    const page = await ask("game/");
    expect(page.headers.get("content-type")).toStartWith("text/html");
    expect(await page.text()).toBe("<h1>game</h1>");
    expect((await ask("game/data.json")).headers.get("content-type")).toStartWith("application/json");
    expect((await ask("game/unknown.x")).status).toBe(404);
  });

  test("a folder without its slash is redirected, so that its links work", async () => {
    const response = await ask("game");
    expect([response.status, response.headers.get("location")]).toEqual([302, "./game/"]);
  });

  test("an empty canvas shows a page that says where its files go", async () => {
    await rename(home.at("canvas"), home.at("elsewhere"));
    const response = await ask("");
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("~/canvas");
    await mkdir(home.at("canvas"));
    expect((await ask("")).status).toBe(200);
    expect((await ask("other.html")).status).toBe(404);
  });

  test("nothing is stored, and a page is sandboxed away from the gateway's own origin", async () => {
    const { headers } = await ask("");
    expect(headers.get("cache-control")).toBe("no-store");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toStartWith("sandbox allow-scripts");
    expect(policy).not.toContain("allow-same-origin");
    expect(policy).not.toContain("https:");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.has("access-control-allow-origin")).toBe(false);
  });

  test("what is known already is not sent again", async () => {
    const etag = (await ask("game/data.json")).headers.get("etag") ?? "";
    expect((await ask("game/data.json", { headers: { "if-none-match": etag } })).status).toBe(304);
    await home.write("canvas/game/data.json", "[1]");
    expect((await ask("game/data.json", { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  test("a part of a file, of a small one as of one that is streamed", async () => {
    for (const size of [1_000, WHOLE_FILE_BYTES * 3]) {
      const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
      await Bun.write(home.at("canvas", "bytes.bin"), bytes);
      const whole = await ask("bytes.bin");
      expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
      const part = await ask("bytes.bin", { headers: { range: "bytes=100-" } });
      expect([part.status, part.headers.get("content-range")]).toEqual([
        206,
        `bytes 100-${size - 1}/${size}`,
      ]);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100))).toBe(true);
      const etag = whole.headers.get("etag") ?? "";
      const outdated = { headers: { range: "bytes=0-1", "if-range": `"${etag}-older"` } };
      const anew = await ask("bytes.bin", outdated);
      expect([anew.status, (await anew.arrayBuffer()).byteLength]).toEqual([200, size]);
      expect((await ask("bytes.bin", { headers: { range: `bytes=${size}-` } })).status).toBe(416);
      const head = await ask("bytes.bin", { method: "HEAD" });
      expect([head.headers.get("content-length"), head.body]).toEqual([String(size), null]);
    }
  });

  test("hosted documents come from their own folder, each from the one of its id; an unknown id is not found", async () => {
    expect(await (await ask("documents/cv_1/index.html")).text()).toBe("<h1>document</h1>");
    expect(await (await ask("documents/cv_1/")).text()).toBe("<h1>document</h1>");
    for (const path of ["documents/cv_x/index.html", "documents/", "documents/loose.html", "documents"]) {
      const response = await ask(path);
      expect([path, response.status, await response.text()]).toEqual([path, 404, "not found"]);
    }
  });

  test("without a renderer of A2UI the answer says where one goes; one that is there is served", async () => {
    const absent = await ask("a2ui.bundle.js", { surface: "a2ui" });
    expect([absent.status, await absent.text()]).toEqual([
      404,
      expect.stringContaining(home.at("hosted", "a2ui")),
    ]);
    await home.write("hosted/a2ui/a2ui.bundle.js", "export {};");
    const present = await ask("a2ui.bundle.js", { surface: "a2ui" });
    expect(present.headers.get("content-type")).toStartWith("text/javascript");
    expect((await ask("", { surface: "a2ui" })).status).toBe(404);
  });
});

describe("C8: nothing outside is served", () => {
  /** Everything that has ever led somebody out of a folder. */
  const CORPUS = [
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "%2e%2e%2fsecret.txt",
    "%252e%252e%252fsecret.txt",
    "%c0%ae%c0%ae/secret.txt",
    "..\\secret.txt",
    "..%5csecret.txt",
    "....//secret.txt",
    "game/../../secret.txt",
    "documents/../../../secret.txt",
    "documents/..%2f..%2fsecret.txt",
    "documents/cv_1/../loose.html",
    "documents/cv_1/..%2floose.html",
    "secret.txt%00.html",
    "index.html%00",
    "file:///etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "//server/share/secret.txt",
    "%5c%5cserver%5cshare",
    "C:%5csecret.txt",
    "c:/secret.txt",
    "index.html::$DATA",
    "index.html:stream",
    "con",
    "link.txt",
    "up/secret.txt",
    "hard.txt",
    "fifo",
    ".hidden",
    ".git/config",
  ];

  test("the corpus of paths, on every surface, is not found and shows no canary", async () => {
    await symlink(home.at("secret.txt"), home.at("canvas", "link.txt"));
    await symlink(home.path, home.at("canvas", "up"));
    await link(home.at("secret.txt"), home.at("canvas", "hard.txt"));
    await home.write("canvas/.hidden", CANARY);
    await home.write("canvas/.git/config", CANARY);
    if (process.platform !== "win32")
      expect(Bun.spawnSync(["mkfifo", home.at("canvas", "fifo")]).success).toBe(true);
    for (const path of CORPUS) {
      for (const surface of ["canvas", "a2ui"] as const) {
        const response = await ask(path, { surface });
        const text = await response.text();
        const shown = [path, response.status === 302 ? 404 : response.status, text.includes(CANARY)];
        expect(shown).toEqual([path, 404, false]);
      }
    }
  });

  test("a folder that becomes a link while it is read from never shows what the link leads to", async () => {
    await home.write("outside/page.html", CANARY);
    await home.write("canvas/swap/page.html", "inside");
    let over = false;
    const swapping = (async () => {
      while (!over) {
        await rename(home.at("canvas", "swap"), home.at("canvas", "kept"));
        await symlink(home.at("outside"), home.at("canvas", "swap"));
        await Bun.file(home.at("canvas", "swap")).unlink();
        await rename(home.at("canvas", "kept"), home.at("canvas", "swap"));
      }
    })();
    const seen = new Set<string>();
    for (let round = 0; round < 300; round++) seen.add(await (await ask("swap/page.html")).text());
    over = true;
    await swapping;
    expect(seen.has(CANARY)).toBe(false);
  });
});

describe("live reload", () => {
  test("only a page that can listen is given the script that does", async () => {
    expect(await (await ask("", { shared: true })).text()).toContain("EventSource");
    expect(await (await ask("game/data.json", { shared: true })).text()).toBe("{}");
    expect(await (await ask("")).text()).not.toContain("EventSource");
    liveReload = false;
    expect(await (await ask("", { shared: true })).text()).toBe("<h1>front</h1>");
    expect((await ask(".changes", { shared: true })).status).toBe(404);
  });

  test("whoever only has a credential of his own is given no stream, which would outlive it", async () => {
    expect((await ask(".changes")).status).toBe(404);
  });

  test("the page changes its tag with any file of the folder, because it would reload", async () => {
    const before = (await ask("", { shared: true })).headers.get("etag");
    await home.write("canvas/game/data.json", "[1]");
    expect((await ask("", { shared: true })).headers.get("etag")).not.toBe(before);
  });
});
