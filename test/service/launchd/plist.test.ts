import { DOMParser } from "@xmldom/xmldom";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { build, buildBinary, parse } from "plist";
import { readFileSync, statSync } from "node:fs";
import { parsePlist, type PlistDict, plistText } from "../../../src/service/launchd/plist.ts";
import { bed } from "./bed.ts";

test("seed 124: the property list has exactly the documented keys, read by another parser", async () => {
  await using mac = await bed({ env: { TMPDIR: "/var/tmp/x & y" } });
  await mac.service.install(mac.definition(), { force: false });
  const log = mac.home.at("Library/Logs/openclaw/gateway.log");
  expect<unknown>(parse(readFileSync(mac.plistPath, "utf8"))).toEqual({
    Label: "ai.openclaw.gateway",
    Comment: "OpenClaw Gateway",
    ProgramArguments: [mac.home.at("bin/openclaw"), "gateway", "--port", "18789"],
    WorkingDirectory: mac.home.path,
    EnvironmentVariables: {
      HOME: mac.home.path,
      TMPDIR: "/var/tmp/x & y",
      PATH: `/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:${mac.home.at("bin")}`,
      OPENCLAW_GATEWAY_PORT: "18789",
      OPENCLAW_LAUNCHD_LABEL: "ai.openclaw.gateway",
      OPENCLAW_SERVICE_MARKER: "openclaw",
      OPENCLAW_SERVICE_KIND: "gateway",
      OPENCLAW_SERVICE_VERSION: "2026.11.1",
      OPENCLAW_SERVICE_ENV_FILE: mac.home.at(".openclaw/service-env/ai.openclaw.gateway.env"),
    },
    RunAtLoad: true,
    KeepAlive: true,
    ThrottleInterval: 10,
    ExitTimeOut: 20,
    ProcessType: "Interactive",
    Umask: 63,
    StandardInPath: "/dev/null",
    StandardOutPath: log,
    StandardErrorPath: log,
  });
});

test("seed 120: the property list lies in ~/Library/LaunchAgents, 0644 in a folder 0755, with Apple's header", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), { force: false });
  expect(mac.plistPath).toBe(mac.home.at("Library/LaunchAgents/ai.openclaw.gateway.plist"));
  expect(statSync(mac.plistPath).mode & 0o777).toBe(0o644);
  expect(statSync(mac.home.at("Library/LaunchAgents")).mode & 0o777).toBe(0o755);
  const text = readFileSync(mac.plistPath, "utf8");
  const document = new DOMParser().parseFromString(text, "text/xml");
  expect(document.doctype?.publicId).toContain("-//Apple//DTD PLIST 1.0//EN");
  expect(document.doctype?.systemId).toContain("http://www.apple.com/DTDs/PropertyList-1.0.dtd");
  expect(document.documentElement?.getAttribute("version")).toBe("1.0");
});

test("seed 119: a profile has a label, a file and a log of its own", async () => {
  await using mac = await bed({ profile: "rescue" });
  await mac.service.install(mac.definition(), { force: false });
  const plist = parsePlist(readFileSync(mac.plistPath));
  expect(plist["Label"]).toBe("ai.openclaw.rescue");
  expect(plist["Comment"]).toBe("OpenClaw Gateway (profile: rescue, v2026.11.1)");
  expect(plist["StandardOutPath"]).toBe(mac.home.at("Library/Logs/openclaw/gateway-rescue.log"));
  expect(mac.plistPath).toEndWith("/ai.openclaw.rescue.plist");
});

test("no secret stands in the property list; the gateway's own file has it, for the owner alone", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition({ secrets: { ANTHROPIC_API_KEY: "sk-canary" } }), {
    force: false,
  });
  expect(readFileSync(mac.plistPath, "utf8")).not.toContain("canary");
  const secrets = mac.home.at(".openclaw/service-env/ai.openclaw.gateway.env");
  expect(readFileSync(secrets, "utf8")).toContain('ANTHROPIC_API_KEY="sk-canary"');
  expect(statSync(secrets).mode & 0o777).toBe(0o600);
  const { command } = await mac.service.status();
  expect(command?.environment["ANTHROPIC_API_KEY"]).toBe("sk-canary");
  expect(command?.environmentValueSources["ANTHROPIC_API_KEY"]).toBe("file");
  expect(command?.environmentValueSources["HOME"]).toBe("inline");
});

test("a property list that plutil has made binary is read, too", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), { force: false });
  const before = await mac.service.status();
  await Bun.write(mac.plistPath, buildBinary(parse(readFileSync(mac.plistPath, "utf8"))));
  expect(readFileSync(mac.plistPath, "latin1")).toStartWith("bplist00");
  expect((await mac.service.status()).command).toEqual(before.command);
  expect(await mac.service.audit(mac.definition())).toEqual([]);
});

test("a file that is no property list is told as such, with the command that shows it", async () => {
  await using mac = await bed();
  await mac.home.write("Library/LaunchAgents/ai.openclaw.gateway.plist", "<plist><dict><key>Label</key>");
  const { installed, command, runtime } = await mac.service.status();
  expect([installed, command]).toEqual([true, undefined]);
  expect(runtime.inspectionFailure?.code).toBe("definition-unreadable");
  await expect(mac.service.audit(mac.definition())).rejects.toMatchObject({
    hints: [
      `Look at it with: plutil -p "${mac.plistPath}"`,
      "Write it anew with: openclaw gateway install --force",
    ],
  });
});

const text = fc.string({
  unit: fc.constantFrom("a", "é", "&", "<", ">", '"', "'", " ", "\n", "\t", "]", "🦞"),
});
const { value } = fc.letrec<{ value: PlistDict[string] }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(text, tie("value"), { maxKeys: 3 }),
  ),
}));

test("what is written is what two parsers read, and what the other one writes is read", () => {
  fc.assert(
    fc.property(fc.dictionary(text, value, { maxKeys: 4 }), (dict) => {
      const plain: unknown = JSON.parse(JSON.stringify(dict));
      expect(JSON.parse(JSON.stringify(parsePlist(plistText(dict))))).toEqual(plain);
    }),
  );
  const dict = { a: ["", " x ", "<&>"], b: { c: true, d: 1.5, e: -3 }, f: false };
  expect<unknown>(parse(plistText(dict))).toEqual(dict);
  expect<unknown>(parsePlist(build(dict))).toEqual(dict);
});
