import { afterAll, beforeAll, expect, test } from "bun:test";
import { type GatewayProcess, spawnGateway, type TempHome, tempHome, until } from "../../support/index.ts";
import { Tab } from "../ui/browser.ts";

const PAGE = ".openclaw/workspace/canvas/index.html";
const ROOT = "/__openclaw__/canvas/";

/** As the Control UI connects to a gateway that asks for no secret. */
const CONNECT = JSON.stringify({
  minProtocol: 4,
  maxProtocol: 4,
  client: { id: "openclaw-control-ui", version: "2026.11.1", platform: "web", mode: "webchat" },
  role: "operator",
  scopes: ["operator.admin"],
});

/** Tries everything a page of an agent must not be able to do, and says what came of it. */
const NOSY = `<!doctype html>
<title>nosy</title>
<link rel="stylesheet" href="style.css">
<h1>first</h1>
<script type="module">
  import { loaded } from "./module.js";
  const tried = async (attempt) => { try { return String(await attempt()); } catch (error) { return error.name; } };
  const said = {
    origin: self.origin,
    module: loaded,
    data: await tried(async () => (await fetch("data.json")).text()),
    storage: await tried(() => localStorage.length),
    cookies: await tried(() => document.cookie),
    api: await tried(async () => (await fetch("/v1/models")).status),
    other: await tried(async () => (await fetch("OTHER_URL")).status),
    socket: await tried(() => new Promise((resolve) => {
      const socket = new WebSocket("ws://" + location.host + "/");
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === "res") resolve(frame.ok ? "let in" : frame.error.message);
        else socket.send(JSON.stringify({ type: "req", id: "1", method: "connect", params: CONNECT }));
      };
      socket.onclose = () => resolve("closed");
    })),
  };
  document.title = JSON.stringify(said);
</script>
`;

let home: TempHome;
let gateway: GatewayProcess;
let other: Bun.Server<unknown>;
/** What somebody asked the other server for; only a page of this test knows the path. */
const asked: string[] = [];
const THEIRS = `/of-${crypto.randomUUID()}`;

beforeAll(async () => {
  home = await tempHome();
  other = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => {
      asked.push(new URL(url).pathname);
      return new Response("other", { headers: { "access-control-allow-origin": "*" } });
    },
  });
  await home.write(
    PAGE,
    NOSY.replace("OTHER_URL", new URL(THEIRS, other.url).href).replace("CONNECT", CONNECT),
  );
  await home.write(".openclaw/workspace/canvas/style.css", "h1 { color: rgb(1, 2, 3) }");
  await home.write(".openclaw/workspace/canvas/module.js", "export const loaded = 'module';");
  await home.write(".openclaw/workspace/canvas/data.json", "[1]");
  gateway = await spawnGateway({ home, token: null, args: ["--auth", "none"] });
});

afterAll(async () => {
  await gateway.stop();
  await other.stop(true);
  await home[Symbol.asyncDispose]();
});

test("C2, C19: a page has its own files and reloads when they change, and nothing else", async () => {
  await using tab = new Tab();
  await tab.open(`${gateway.httpUrl}${ROOT}`);
  const said = await until("the page's word", async () => {
    const title = (await titleOf(tab)) ?? "";
    return title.startsWith("{") && (JSON.parse(title) as Record<string, string>);
  });
  expect(said).toEqual({
    origin: "null",
    module: "module",
    data: "[1]",
    storage: "SecurityError",
    cookies: "SecurityError",
    api: "TypeError",
    other: "TypeError",
    socket: expect.stringContaining("origin"),
  });
  expect(asked).not.toContain(THEIRS);
  expect(await tab.evaluate<string>("getComputedStyle(document.querySelector('h1')).color")).toBe(
    "rgb(1, 2, 3)",
  );

  await home.write(PAGE, "<title>second</title><h1>second</h1>");
  await until("the page to reload", async () => (await titleOf(tab)) === "second");
  // A file in a folder that is new, and a change of that file later.
  for (const content of ["x", "xy"]) {
    await until("a page to mark", () => marked(tab));
    await home.write(".openclaw/workspace/canvas/later/new.html", content);
    await until("the page to reload again", async () => (await titleOf(tab)) === "second");
  }
}, 30_000);

/** Undefined while the page is on its way to another one. */
function titleOf(tab: Tab): Promise<string | undefined> {
  return tab.evaluate<string>("document.title").catch(() => undefined);
}

/** Gives the page a title that is gone as soon as it is loaded anew. */
function marked(tab: Tab): Promise<boolean> {
  return tab.evaluate<boolean>("(document.title = 'marked') === 'marked'").catch(() => false);
}

test("a person opens the canvas from the Control UI, in a tab that cannot reach back", async () => {
  await using own = await tempHome();
  await own.write(PAGE, "<title>mine</title><p>drawn for me");
  await using locked = await spawnGateway({ home: own });
  await using ui = new Tab();
  await ui.open(`${locked.httpUrl}/overview#token=${locked.token}`);
  await ui.sees("Open the canvas");
  await ui.evaluate(
    "void (window.open = () => (window.opened = { opener: window, location: {}, close() {} }))",
  );
  await ui.press("Open the canvas");
  await ui.holds("window.opened?.location.href");
  expect(await ui.evaluate<boolean>("window.opened.opener === null")).toBe(true);
  await using canvas = new Tab();
  await canvas.open(await ui.evaluate<string>("window.opened.location.href"));
  await canvas.sees("drawn for me");
  expect(ui.complaints).toEqual([]);
}, 30_000);
