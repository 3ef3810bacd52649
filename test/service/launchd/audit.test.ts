import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { bed, type Bed } from "./bed.ts";

async function edited(mac: Bed, change: (text: string) => string): Promise<string[]> {
  const text = readFileSync(mac.plistPath, "utf8");
  const next = change(text);
  expect(next).not.toBe(text);
  await Bun.write(mac.plistPath, next);
  const issues = await mac.service.audit(mac.definition());
  await Bun.write(mac.plistPath, text);
  return issues.map(({ code }) => code);
}

test("seed 134: drift of the LaunchAgent is found, each kind under its own code, and a refresh mends it", async () => {
  await using mac = await bed();
  expect(await mac.service.audit(mac.definition())).toEqual([]);
  await mac.service.install(mac.definition(), { force: false });
  expect(await mac.service.audit(mac.definition())).toEqual([]);

  const off = (key: string) => (text: string) =>
    text.replace(new RegExp(`(<key>${key}</key>\\s*)<true/>`), "$1<false/>");
  expect(await edited(mac, off("KeepAlive"))).toEqual(["launchd-keep-alive"]);
  expect(await edited(mac, off("RunAtLoad"))).toEqual(["launchd-run-at-load"]);
  expect(await edited(mac, (text) => text.replace("<integer>20<", "<integer>5<"))).toEqual([
    "launchd-settings",
  ]);
  const secret = "<key>OPENCLAW_GATEWAY_TOKEN</key><string>t</string><key>OPENCLAW_GATEWAY_PORT</key>";
  expect(await edited(mac, (text) => text.replace("<key>OPENCLAW_GATEWAY_PORT</key>", secret))).toEqual([
    "gateway-token-embedded",
  ]);
  const wrapper = "<array><string>/bin/sh</string><string>/s/ai.openclaw.gateway-env-wrapper.sh</string>";
  expect(await edited(mac, (text) => text.replace("<array>", wrapper))).toEqual([
    "gateway-entrypoint-mismatch",
    "launchd-env-file-argument",
  ]);

  await Bun.write(mac.plistPath, off("KeepAlive")(readFileSync(mac.plistPath, "utf8")));
  await mac.service.refresh(mac.definition());
  expect(await mac.service.audit(mac.definition())).toEqual([]);
});

test("drift of the port, the version and the program is found", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), { force: false });
  const expected = mac.definition({ port: 19_001 });
  const [, ...args] = expected.programArguments;
  const codes = await mac.service.audit({
    ...expected,
    programArguments: ["/opt/homebrew/bin/openclaw", ...args],
    environment: { ...expected.environment, OPENCLAW_SERVICE_VERSION: "2027.1.1" },
  });
  expect(codes.map(({ code }) => code)).toEqual([
    "gateway-port-mismatch",
    "gateway-entrypoint-mismatch",
    "gateway-version-mismatch",
  ]);
});
