import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { browserArguments } from "../../src/browser/chromium/arguments.ts";
import { findBrowser } from "../../src/browser/chromium/find.ts";
import { findRoute } from "../../src/browser/control/route.ts";
import { parseKey } from "../../src/browser/pages/act/keys.ts";
import { globMatches } from "../../src/browser/pages/act/wait.ts";
import { CdpSession } from "../../src/browser/cdp/connection.ts";
import type { TreeElement } from "../../src/browser/pages/snapshot/element-tree.ts";
import { textSnapshot } from "../../src/browser/pages/snapshot/text-snapshot.ts";
import { tempHome } from "../support/index.ts";

describe("keys", () => {
  test("names, aliases and modifiers are understood", () => {
    expect(parseKey("Enter")).toMatchObject({ key: "Enter", keyCode: 13, text: "\r", modifiers: 0 });
    expect(parseKey("esc")).toMatchObject({ key: "Escape", text: undefined });
    expect(parseKey("Control+Shift+t")).toMatchObject({
      key: "T",
      code: "KeyT",
      modifiers: 10,
      text: undefined,
    });
    expect(parseKey("Control++")).toMatchObject({ key: "+", modifiers: 2 });
    expect(parseKey("+")).toMatchObject({ key: "+", text: "+" });
    expect(parseKey(" ")).toMatchObject({ code: "Space", text: " " });
    expect(parseKey("Cmd+A")).toMatchObject({ modifiers: 4, text: undefined });
  });

  test("anything else is refused by name, never taken for another key", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom("constructor", "__proto__+a", "valueOf")), (text) => {
        try {
          expect(parseKey(text).key.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ status: 400, facts: { code: "ACT_INVALID_REQUEST" } });
        }
      }),
    );
  });
});

test("addresses of pages fit patterns with one star and two", () => {
  expect(globMatches("**/done", "https://a.test/x/y/done")).toBe(true);
  expect(globMatches("https://a.test/*/done", "https://a.test/x/done")).toBe(true);
  expect(globMatches("https://a.test/*/done", "https://a.test/x/y/done")).toBe(false);
  expect(globMatches("https://a.test/?q=1", "https://a.test/?q=1")).toBe(true);
  expect(globMatches("https://a.test/?q=1", "https://a.test/xq=1")).toBe(false);
});

test("routes are found by method and path, the open part is decoded", () => {
  const run = async () => ({});
  const routes = [
    { method: "GET", path: "/", run },
    { method: "DELETE", path: "/tabs/*", run },
  ] as const;
  expect(findRoute(routes, { method: "GET", path: "/" })?.route.path).toBe("/");
  expect(findRoute(routes, { method: "DELETE", path: "/tabs/a%20b" })?.params).toEqual(["a b"]);
  expect(findRoute(routes, { method: "GET", path: "/tabs/x" })).toBeUndefined();
  expect(findRoute(routes, { method: "DELETE", path: "/tabs/x/y" })).toBeUndefined();
});

describe("the command line of a browser", () => {
  const facts = {
    port: 18_800,
    userDataDir: "/s/browser/openclaw/user-data",
    headless: true,
    noSandbox: false,
    extraArgs: [],
    door: "socks5://127.0.0.1:1",
    platform: "linux",
  } as const;

  test("its line is on the port of the profile, its data in the profile, its way out through the door", () => {
    const args = browserArguments(facts);
    expect(args).toContain("--remote-debugging-port=18800");
    expect(args).toContain("--user-data-dir=/s/browser/openclaw/user-data");
    expect(args).toContain("--proxy-server=socks5://127.0.0.1:1");
    expect(args).toContain("--proxy-bypass-list=<-loopback>");
    expect(args).not.toContain("--no-sandbox");
  });

  test.each([
    "--remote-debugging-port=1",
    "--user-data-dir=/home",
    "--remote-allow-origins=*",
    "https://evil.test",
  ])("%s cannot be among the further arguments", (extra) => {
    expect(() => browserArguments({ ...facts, extraArgs: [extra] })).toThrow("browser.extraArgs");
  });
});

test("a browser is looked for in the usual places of each system", async () => {
  await using home = await tempHome();
  await home.write("Applications/Chromium.app/Contents/MacOS/Chromium", "x");
  const found = findBrowser({ platform: "darwin", home: home.path, variables: {} });
  expect(found).toEqual({
    kind: "chromium",
    path: home.at("Applications/Chromium.app/Contents/MacOS/Chromium"),
  });
  expect(
    findBrowser({ platform: "win32", home: home.path, variables: { ProgramFiles: home.path } }),
  ).toBeUndefined();
});

describe("a page as text", () => {
  const session = new CdpSession("s", () => Promise.resolve());
  const element = (role: string, name: string, ...children: TreeElement[]): TreeElement => ({
    role,
    name,
    value: undefined,
    description: undefined,
    states: {},
    url: undefined,
    session,
    backendNodeId: 1,
    children,
  });
  const plain = {
    interactive: false,
    compact: false,
    depth: undefined,
    urls: false,
    maxChars: 10_000,
    query: undefined,
  };
  const page = element(
    "RootWebArea",
    "Title",
    element("list", "", element("listitem", "", element("link", "Next", element("StaticText", "Next")))),
    element("StaticText", "Prose"),
    element("button", 'Say "hi"'),
  );

  test("what can be used has a ref, and nothing is said twice", () => {
    const { text, elements } = textSnapshot([page], plain);
    expect(text.split("\n")).toEqual([
      "- list",
      "  - listitem",
      '    - link "Next" [ref=e1]',
      '- text: "Prose"',
      '- button "Say \\"hi\\"" [ref=e2]',
    ]);
    expect([...elements.keys()]).toEqual(["e1", "e2"]);
  });

  test("interactive, query and length leave out the rest", () => {
    expect(textSnapshot([page], { ...plain, interactive: true }).text).toBe(
      '- link "Next" [ref=e1]\n- button "Say \\"hi\\"" [ref=e2]',
    );
    expect(textSnapshot([page], { ...plain, query: "LINK next" })).toMatchObject({ matches: 1 });
    const cut = textSnapshot([page], { ...plain, maxChars: 25 });
    expect(cut).toMatchObject({ truncated: true, text: "- list\n  - listitem" });
  });

  test("names of pages stay on their line", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const { text } = textSnapshot([element("button", name)], plain);
        expect(text.split("\n")).toHaveLength(1);
      }),
    );
  });
});
