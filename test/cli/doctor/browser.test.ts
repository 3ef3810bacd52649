import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { freePort } from "../../support/index.ts";
import { doctor, homeWith } from "./home.ts";

/** Nobody has the port of browser control that belongs to it. */
const GATEWAY = { mode: "local", port: await freePort() };

const NOWHERE = { PATH: "/nowhere" };

async function look(browser: object | undefined, env: Record<string, string> = {}) {
  await using home = await homeWith({
    gateway: GATEWAY,
    ...(browser && { browser }),
  });
  return await doctor(home, ["--only", "browser"], { env: { ...NOWHERE, ...env } });
}

test("a program that is named and not there is a warning that says what to install", async () => {
  const { findings } = await look({ executablePath: "/nowhere/chrome" });
  expect(findings).toMatchObject([
    {
      severity: "warning",
      path: "browser.executablePath",
      fixHint: expect.stringContaining("openclaw config set browser.executablePath"),
    },
  ]);
});

test("a browser without its sandbox is named", async () => {
  await using home = await homeWith({ gateway: GATEWAY });
  const path = await home.write("chrome", "#!/bin/sh\n");
  chmodSync(path, 0o755);
  await home.write(".openclaw/openclaw.json", {
    gateway: GATEWAY,
    browser: { executablePath: path, noSandbox: true },
  });
  const { findings } = await doctor(home, ["--only", "browser"], { env: NOWHERE });
  expect(findings).toMatchObject([{ severity: "info", path: "browser.noSandbox" }]);
  expect(findings[0]?.message).toContain("--no-sandbox");
});

test("an address of browser control that cannot be followed is a warning", async () => {
  const { findings } = await look({ controlUrl: "http://10.0.0.5:1", attachOnly: true });
  expect(findings).toMatchObject([{ severity: "warning", path: "browser.controlUrl" }]);
});

test("nothing is looked for while browser control is off, or the browser runs elsewhere", async () => {
  expect(await look({ enabled: false })).toMatchObject({ findings: [], skipped: [{ checkId: "browser" }] });
  expect((await look({ cdpUrl: "http://10.0.0.42:9222" })).findings).toEqual([]);
});
