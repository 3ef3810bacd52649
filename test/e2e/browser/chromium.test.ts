import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isRecord } from "../../../src/lib/records.ts";
import { serveSite, type Site } from "../../browser/site.ts";
import {
  freePort,
  type GatewayProcess,
  isAlive,
  runOpenclaw,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
} from "../../support/index.ts";

/** The tests run for root, in containers: a sandbox cannot be had there. */
const BROWSER = { noSandbox: true, executablePath: "/usr/bin/chromium" };

/** What pages of this machine need; refused otherwise. */
const LOCAL = { ssrfPolicy: { allowedHostnames: ["127.0.0.1", "localhost"] } };

/** Browsers take a second to start, and on a machine that is busy ten. */
const START_PATIENCE_MS = 30_000;

/** Most tests start one, and do a dozen things with it. */
setDefaultTimeout(2 * START_PATIENCE_MS);

interface World {
  readonly home: TempHome;
  readonly gateway: GatewayProcess;
  readonly site: Site;
}

let world: World;

beforeAll(async () => {
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    browser: { ...BROWSER, ...LOCAL },
  });
  world = { home, site: serveSite(), gateway: await spawnGateway({ home }) };
});

afterAll(async () => {
  await world.gateway.stop();
  world.site[Symbol.dispose]();
  await world.home[Symbol.asyncDispose]();
});

type Answer = Record<string, unknown>;

/** Through the command line, as people do it. */
async function browser(...args: readonly string[]) {
  const { gateway, home } = world;
  return runOpenclaw(["browser", ...args, "--port", String(gateway.port)], {
    home: home.path,
    env: { OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "" },
    timeoutMs: START_PATIENCE_MS,
  });
}

async function json(...args: readonly string[]): Promise<Answer> {
  const { stdout } = await browser(...args, "--json");
  const answer: unknown = JSON.parse(stdout);
  if (!isRecord(answer)) throw new Error(`not an object: ${stdout}`);
  return answer;
}

/** Over HTTP, as programs do it. */
async function ask(method: string, path: string, body?: object, gateway = world.gateway): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${gateway.port + 2}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${gateway.token}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, ...(isRecord(answer) ? answer : {}) };
}

/** The ref of an element of a snapshot. */
function refOf(snapshot: unknown, line: string): string {
  const found = String(snapshot)
    .split("\n")
    .find((one) => one.includes(line));
  return /\[ref=(e\d+)\]/.exec(found ?? "")?.[1] ?? `no "${line}" in ${String(snapshot)}`;
}

describe("a browser by command", () => {
  test("a page is opened, read, filled in and pictured; the browser starts by itself and says why it has no window", async () => {
    const { site, home } = world;
    expect(await json("open", `${site.url}/`, "--label", "home")).toMatchObject({
      suggestedTargetId: "home",
      title: "Home",
      url: `${site.url}/`,
    });
    const status = await json("status");
    expect(status).toMatchObject({ running: true, headless: true, headlessSource: "linux-display-fallback" });
    expect(statSync(String(status["userDataDir"])).mode & 0o777).toBe(0o700);

    const { stdout: shown } = await browser("snapshot");
    expect(shown).toContain('- heading "Welcome" [level=1]');
    expect(shown).toContain('- text: "Some prose."');
    expect((await browser("type", refOf(shown, 'textbox "Name"'), "Ada")).code).toBe(0);
    expect((await browser("select", refOf(shown, 'combobox "Colour"'), "Green")).code).toBe(0);
    const keep = [{ ref: refOf(shown, 'checkbox "Keep"'), type: "checkbox", value: true }];
    expect((await browser("fill", "--fields", JSON.stringify(keep))).code).toBe(0);
    expect((await browser("click", refOf(shown, 'button "Send"'))).code).toBe(0);
    expect((await browser("wait", "--text", "Hello Ada, g, true")).code).toBe(0);
    expect(
      (await browser("evaluate", "--fn", "() => document.querySelector('#out').textContent")).stdout.trim(),
    ).toBe('"Hello Ada, g, true"');
    const picture = home.at("page.png");
    expect((await browser("screenshot", "--full-page", "--out", picture)).stdout.trim()).toBe(picture);
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe("PNG");
    const kept = (await browser("screenshot")).stdout.trim().replace("MEDIA:", "");
    expect(statSync(kept).mode & 0o777).toBe(0o600);
  });

  test("what a page said, its frames, and elements that cannot be used", async () => {
    const { site } = world;
    await ask("POST", "/navigate", { url: `${site.url}/` });
    const { snapshot } = await ask("GET", "/snapshot");
    const inner = await ask("POST", "/act", { kind: "click", ref: refOf(snapshot, 'button "Inner"') });
    expect(inner).toMatchObject({ status: 200, ok: true });
    expect(String((await ask("GET", "/snapshot?interactive=true"))["snapshot"])).toContain(
      'button "Pressed"',
    );
    await until("what the page said", async () => {
      const said = JSON.stringify((await ask("GET", "/console?level=error"))["messages"]);
      return said.includes("from the page") && said.includes("nobody caught this");
    });
    const again = (await ask("GET", "/snapshot"))["snapshot"];
    const locked = { kind: "click", ref: refOf(again, 'button "Locked"'), timeoutMs: 100 };
    expect(await ask("POST", "/act", locked)).toMatchObject({ status: 500, code: "ACT_OPERATION_FAILED" });
    expect(await ask("POST", "/act", { kind: "click", ref: "e999" })).toMatchObject({ status: 404 });
    expect(await ask("POST", "/act", { kind: "juggle" })).toMatchObject({
      status: 400,
      code: "ACT_KIND_REQUIRED",
    });
  });

  test("a frame of another site has a process of its own, and is clicked all the same", async () => {
    await ask("POST", "/navigate", { url: `${world.site.url}/frames` });
    const inner = await until("the frame", async () => {
      const { snapshot } = await ask("GET", "/snapshot");
      return String(snapshot).includes('button "Inner"') ? String(snapshot) : undefined;
    });
    await ask("POST", "/act", { kind: "click", ref: refOf(inner, 'button "Inner"') });
    await until("the press", async () =>
      String((await ask("GET", "/snapshot"))["snapshot"]).includes('button "Pressed"'),
    );
  });

  test("a dialog holds its page up until it is answered", async () => {
    await ask("POST", "/navigate", { url: `${world.site.url}/` });
    const { snapshot } = await ask("GET", "/snapshot");
    const held = await ask("POST", "/act", { kind: "click", ref: refOf(snapshot, 'button "Ask"') });
    expect(held).toMatchObject({
      blockedByDialog: true,
      browserState: { dialogs: { pending: [{ type: "confirm", message: "Sure?" }] } },
    });
    expect(await ask("GET", "/snapshot")).toMatchObject({ status: 409 });
    expect(await ask("POST", "/hooks/dialog", { accept: true })).toMatchObject({ handled: true });
    const title = await ask("POST", "/act", { kind: "evaluate", fn: "document.title" });
    expect(title).toMatchObject({ result: "yes" });
  });

  test("a link that opens a window makes a tab, and tabs go by handle, label and id", async () => {
    await ask("POST", "/navigate", { url: `${world.site.url}/`, targetId: "home" });
    const { snapshot } = await ask("GET", "/snapshot?targetId=home");
    await ask("POST", "/act", {
      kind: "click",
      ref: refOf(snapshot, 'link "Second window"'),
      targetId: "home",
    });
    const second = await until("the second window", async () => {
      const { tabs } = await ask("GET", "/tabs");
      return Array.isArray(tabs) ? tabs.filter(isRecord).find(({ title }) => title === "Two") : undefined;
    });
    expect((await browser("focus", String(second["tabId"]))).code).toBe(0);
    expect((await browser("close", String(second["targetId"]))).code).toBe(0);
    expect((await browser("focus", "nobody")).code).toBe(1);
  });
});

test("the agent's tool reads the same browser, between marks that pages cannot write", async () => {
  await using operator = await world.gateway.operator();
  const args = { action: "open", url: `${world.site.url}/` };
  const invoked = await operator.call("tools.invoke", { name: "browser", args }, START_PATIENCE_MS);
  const answer = JSON.stringify(invoked);
  expect(answer).toContain("EXTERNAL_UNTRUSTED_CONTENT");
  expect(answer).toContain("Source: Browser");
  expect(answer).toContain("Second window");
  const inside = { action: "open", url: "http://169.254.169.254/" };
  expect(await operator.call("tools.invoke", { name: "browser", args: inside })).toMatchObject({ ok: false });
});

describe("where pages may come from", () => {
  test.each([
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]:80/",
    "http://192.168.1.1/",
    "http://metadata/",
    "file:///etc/passwd",
    "chrome://version",
    "javascript:alert(1)",
  ])("SSRF: %s is refused before anything is asked", async (url) => {
    const refused = await ask("POST", "/tabs/open", { url });
    expect(refused).toMatchObject({ status: 403, reason: "navigation_blocked" });
  });

  test("SSRF: a redirect and a link that lead inside are refused on their way", async () => {
    const { site } = world;
    const redirected = await ask("POST", "/navigate", { url: `${site.url}/redirect` });
    expect(redirected).toMatchObject({ status: 403, reason: "navigation_blocked" });
    await ask("POST", "/navigate", { url: `${site.url}/` });
    const { snapshot } = await ask("GET", "/snapshot");
    const clicked = await ask("POST", "/act", { kind: "click", ref: refOf(snapshot, 'link "Inside"') });
    expect(clicked).toMatchObject({ status: 403, reason: "navigation_blocked" });
  });

  test("SSRF: what a script of a page asks for passes the same door", async () => {
    using inside = serveSite();
    await ask("POST", "/navigate", { url: `${world.site.url}/two` });
    // The name is not among those allowed, though it is this machine.
    const fn = `fetch("http://127.0.0.2:${inside.port}/of-a-script", { mode: "no-cors" }).then(() => "in", () => "refused")`;
    expect(await ask("POST", "/act", { kind: "evaluate", fn })).toMatchObject({ result: "refused" });
    expect(inside.visits).not.toContain("/of-a-script");
  });
});

describe("what stands behind it", () => {
  test("seed 102, 237: without a gateway every command fails at once and names the command that starts one", async () => {
    const port = String(await freePort());
    // One that waited for its own time to be up would be killed before.
    const args = ["browser", "tabs", "--port", port, "--timeout", "600000"];
    const { code, stderr } = await runOpenclaw(args, { home: world.home.path });
    expect(code).toBe(1);
    expect(stderr).toContain("openclaw gateway");
  });

  test("scripts are refused when browser.evaluateEnabled is false, at once", async () => {
    const config = { ...BROWSER, ...LOCAL, evaluateEnabled: false };
    await world.home.write(".openclaw/openclaw.json", { gateway: { mode: "local" }, browser: config });
    const refused = await until("the new rule", async () => {
      const answer = await ask("POST", "/act", { kind: "evaluate", fn: "1" });
      return answer["status"] === 403 ? answer : undefined;
    });
    expect(refused).toMatchObject({ code: "ACT_EVALUATE_DISABLED" });
  });

  test("a browser that dies is noticed, and the next request starts another", async () => {
    const before = await ask("POST", "/start");
    process.kill(Number(before["pid"]), "SIGKILL");
    await until("the end to be noticed", async () => (await ask("GET", "/"))["running"] === false);
    const after = await ask("POST", "/start");
    expect(after["pid"]).not.toBe(before["pid"]);
    await until("a word of it in the log", () =>
      world.gateway.output().includes("browser ended: profile openclaw"),
    );
  });

  test("B16: a gateway that is killed leaves a browser, which the next one ends; a gateway that stops leaves none", async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" }, browser: BROWSER });
    const killed = await spawnGateway({ home });
    const { pid } = await ask("POST", "/start", undefined, killed);
    killed.signal("SIGKILL");
    await killed.exited;
    await using next = await spawnGateway({ home });
    await until("the end of what was left", () => !isAlive(Number(pid)));
    const again = await ask("POST", "/start", undefined, next);
    expect(again).toMatchObject({ status: 200 });
    await next.stop();
    expect(isAlive(Number(again["pid"]))).toBe(false);
  });

  test("without a browser it is said what to install", async () => {
    await using home = await tempHome();
    const browserConfig = { ...BROWSER, executablePath: home.at("no-browser") };
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" }, browser: browserConfig });
    await using gateway = await spawnGateway({ home });
    const refused = await ask("POST", "/start", undefined, gateway);
    expect(refused).toMatchObject({ status: 503, reason: "no_browser_found" });
    expect(String(refused["error"])).toContain("openclaw config set browser.executablePath");
    expect(existsSync(home.at(".openclaw/browser"))).toBe(false);
  });

  test("attachOnly connects to a browser of somebody else, and leaves it running", async () => {
    await using home = await tempHome();
    const { cdpPort } = await ask("GET", "/");
    await ask("POST", "/start");
    const attached = {
      profiles: { theirs: { cdpPort, attachOnly: true } },
      defaultProfile: "theirs",
      ...LOCAL,
    };
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" }, browser: attached });
    await using gateway = await spawnGateway({ home });
    expect(await ask("POST", "/start", undefined, gateway)).toMatchObject({ status: 200, pid: null });
    const opened = await ask("POST", "/tabs/open", { url: `${world.site.url}/two` }, gateway);
    expect(opened).toMatchObject({ title: "Two" });
    expect(await ask("POST", "/tabs/open", { url: "http://10.0.0.1/" }, gateway)).toMatchObject({
      status: 403,
    });
    await ask("POST", "/stop", undefined, gateway);
    expect(await ask("GET", "/")).toMatchObject({ running: true });
    expect(readdirSync(home.at(".openclaw"))).not.toContain("browser");
  });
});
