import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type GatewayProcess, spawnGateway, type TempHome, tempHome } from "../../support/index.ts";
import { signedIn, type Tab } from "./browser.ts";

// A browser has to start, on a machine that does other things as well.
setDefaultTimeout(30_000);

const SECRET = "a-secret-of-the-file-0123456789";

let home: TempHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  home = await tempHome();
  const channels = { telegram: { enabled: true, botToken: "none-of-telegram" } };
  await home.write(
    ".openclaw/openclaw.json",
    `// What a person wrote stays.\n${JSON.stringify({ gateway: { mode: "local", auth: { token: SECRET } }, channels }, null, 2)}\n`,
  );
  gateway = await spawnGateway({ home, token: SECRET });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

const FILE = "textarea[aria-label^='Configuration']";

/** What is in the field, changed as typing changes it. */
async function edit(tab: Tab, change: string): Promise<void> {
  await tab.holds(`document.querySelector(${JSON.stringify(FILE)})?.value.length > 0`);
  await tab.evaluate(`(() => {
    const field = document.querySelector(${JSON.stringify(FILE)});
    const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
    set.call(field, (${change})(field.value));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  })()`);
}

const file = () => Bun.file(home.at(".openclaw", "openclaw.json")).text();

describe("the configuration", () => {
  test("is shown without secrets, changed as it is written, and a fault is named with its place", async () => {
    await using tab = await signedIn(gateway, "config");
    await edit(tab, `(text) => text.replace('"mode": "local"', '"mode": "local", "port": "many"')`);
    expect(await tab.evaluate<string>(`document.querySelector(${JSON.stringify(FILE)}).value`)).not.toContain(
      SECRET,
    );
    const before = await file();
    await tab.press("Save");
    await tab.sees("gateway.port");
    expect(await file()).toBe(before);
    await edit(tab, `(text) => text.replace('"port": "many"', '"reload": { "mode": "hot" }')`);
    await tab.press("Save");
    await tab.sees("Saved.");
    const after = await file();
    expect(after).toContain("// What a person wrote stays.");
    expect(after).toContain(SECRET);
    expect(JSON.stringify(Bun.JSON5.parse(after))).toContain('"reload":{"mode":"hot"}');
  });

  test("a file that changed meanwhile is not overwritten, and the page says so", async () => {
    await using tab = await signedIn(gateway, "config");
    await edit(tab, `(text) => text.replace('"hot"', '"hybrid"')`);
    await using operator = await gateway.operator();
    const { hash } = (await operator.call("config.get")) as { hash: string };
    await operator.call("config.patch", { raw: '{"gateway":{"reload":{"debounceMs":400}}}', baseHash: hash });
    await tab.press("Save");
    await tab.sees("Not saved: the file was changed elsewhere");
    expect(await file()).toContain('"hot"');
    await tab.press("Show what it is now");
    await tab.holds(`document.querySelector(${JSON.stringify(FILE)}).value.includes("debounceMs")`);
  });
});

test("the log is followed, and what is looked for is found", async () => {
  await using tab = await signedIn(gateway, "logs");
  await tab.sees("listening on");
  await tab.type("input[type=search]", "device approved");
  // It stood there before as well: what is looked for is found when the rest is gone.
  await tab.holds("!document.querySelector('.log-lines').innerText.includes('listening on')");
  await tab.sees("device approved without asking");
});

test("a channel that is not well is named with what mends it", async () => {
  await using tab = await signedIn(gateway, "overview");
  await tab.sees("Telegram default:");
  await tab.sees("openclaw channels add --channel telegram");
});

test("every room fits a phone and a desk, and whoever does not see it is told what each thing is", async () => {
  for (const width of [360, 1_280]) {
    await using tab = await signedIn(gateway, "chat", { width, height: 740 });
    for (const room of ["Chat", "Overview", "Configuration", "Logs"]) {
      await tab.evaluate(
        `[...document.querySelectorAll("nav a")].find((one) => one.innerText.trim() === "${room}").click()`,
      );
      await tab.holds(`document.title.startsWith("${room}") && document.querySelector("#room h1")`);
      const found = await tab.evaluate<unknown>(`(() => {
        const named = (one) => [one.innerText, one.ariaLabel, one.placeholder, one.labels?.[0]?.innerText].some((text) => text?.trim());
        const shown = [...document.querySelectorAll("button, a, input:not([hidden]), textarea, select, [role=log], [role=region]")].filter((one) => one.checkVisibility());
        return {
          wide: document.documentElement.scrollWidth,
          nameless: shown.filter((one) => !named(one)).map((one) => one.outerHTML),
          headings: document.querySelectorAll("h1").length,
          main: document.querySelectorAll("main").length,
          lang: document.documentElement.lang,
        };
      })()`);
      expect([room, found]).toEqual([room, { wide: width, nameless: [], headings: 1, main: 1, lang: "en" }]);
    }
    expect(tab.complaints).toEqual([]);
  }
});
