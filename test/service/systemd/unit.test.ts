import { expect, test } from "bun:test";
import fc from "fast-check";
import { readEnv } from "../../../src/config/index.ts";
import { ServiceError } from "../../../src/service/index.ts";
import { commandOf } from "../../../src/service/systemd/installed.ts";
import { parseUnit, valueOf, valuesOf } from "../../../src/service/systemd/syntax.ts";
import { renderUnit } from "../../../src/service/systemd/unit.ts";
import { exampleDefinition } from "./definition.ts";

const SECRETS = "/home/me/.openclaw/gateway.systemd.env";

function lines(definition = exampleDefinition()): string[] {
  return renderUnit(definition, SECRETS).split("\n");
}

test("seed 142-150: the unit has the documented directives, and the executable itself", () => {
  expect(lines()).toEqual([
    "# Written by: openclaw gateway install. Changes of your own are safe in a drop-in: systemctl --user edit <unit>",
    "[Unit]",
    "Description=OpenClaw Gateway",
    "After=network-online.target",
    "Wants=network-online.target",
    "StartLimitBurst=10",
    "StartLimitIntervalSec=300",
    "",
    "[Service]",
    "ExecStart=/usr/local/bin/openclaw gateway --port 18789",
    "WorkingDirectory=/home/me",
    "Environment=HOME=/home/me",
    "Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "Environment=OPENCLAW_GATEWAY_PORT=18789",
    "Environment=OPENCLAW_SYSTEMD_UNIT=openclaw-gateway.service",
    "Environment=OPENCLAW_SERVICE_MARKER=openclaw",
    "Environment=OPENCLAW_SERVICE_KIND=gateway",
    "Environment=OPENCLAW_SERVICE_VERSION=2026.11.1",
    `EnvironmentFile=-${SECRETS}`,
    "Type=notify",
    "NotifyAccess=main",
    "WatchdogSec=30",
    "WatchdogSignal=SIGKILL",
    "Restart=always",
    "RestartSec=5",
    "RestartPreventExitStatus=78",
    "SuccessExitStatus=0 143",
    "TimeoutStartSec=30",
    "TimeoutStopSec=30",
    "KillMode=control-group",
    "OOMPolicy=continue",
    "UMask=0077",
    "LimitCORE=0",
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ]);
});

test("secrets of a definition are not in its unit", () => {
  const text = renderUnit(
    exampleDefinition({ secretEnvironment: { ANTHROPIC_API_KEY: "sk-very-secret" } }),
    SECRETS,
  );
  expect(text).not.toContain("ANTHROPIC_API_KEY");
  expect(text).not.toContain("sk-very-secret");
});

test("what systemd would replace or split is written so that it does not", () => {
  const text = lines(
    exampleDefinition({
      description: "OpenClaw Gateway (100%)",
      programArguments: ["/opt/my apps/open$claw%h", "gateway", "--x", 'a"b\\c', "$HOME", "", "50%"],
      workingDirectory: "/home/me/50% off",
      environment: { A: 'two words "q" $x %h \\n', B: "line\nbreak" },
    }),
  );
  expect(text).toContain("Description=OpenClaw Gateway (100%%)");
  expect(text).toContain(
    String.raw`ExecStart="/opt/my apps/open$claw%%h" gateway --x "a\"b\\c" "$$HOME" "" "50%%"`.replace(
      '"50%%"',
      "50%%",
    ),
  );
  expect(text).toContain("WorkingDirectory=/home/me/50%% off");
  expect(text).toContain(String.raw`Environment="A=two words \"q\" $x %%h \\n"`);
  expect(text).toContain(String.raw`Environment="B=line\x0abreak"`);
});

test("a file of secrets in a folder with the signs of a pattern is found by its own name", () => {
  const path = "/home/me/[x]*?/gateway.systemd.env";
  expect(renderUnit(exampleDefinition(), path)).toContain(
    String.raw`EnvironmentFile=-/home/me/\[x\]\*\?/gateway.systemd.env`,
  );
});

test("a home whose name ends in a backslash or a space does not run into the next line", () => {
  for (const workingDirectory of ["/home/me\\", "/home/me ", "/home/me\\\\"]) {
    const directives = parseUnit(renderUnit(exampleDefinition({ workingDirectory }), SECRETS));
    expect(valueOf(directives, "Service", "WorkingDirectory")).toBe(`${workingDirectory}/`);
    expect(valuesOf(directives, "Service", "Environment")).toContain("HOME=/home/me");
  }
});

test("a folder with a line break in its name is refused: a unit would say something else", () => {
  const workingDirectory = "/home/me\nExecStartPre=/bin/evil";
  expect(() => renderUnit(exampleDefinition({ workingDirectory }), SECRETS)).toThrow(ServiceError);
  expect(() => renderUnit(exampleDefinition(), `${workingDirectory}/x`)).toThrow(ServiceError);
});

const text = fc.string({ unit: fc.constantFrom(..."aZ0 \t\n\"'\\$%#;=-{}é🦞*[]".split("")), maxLength: 20 });
const argument = fc
  .oneof(text, fc.string({ unit: "grapheme", maxLength: 12 }))
  .map((one) => one.replaceAll("\0", ""));

test("whatever a definition says is read back as it was said", () => {
  fc.assert(
    fc.property(
      fc.array(argument, { maxLength: 5 }),
      fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/), argument, { maxKeys: 5 }),
      fc.stringMatching(/^\/[a-z$% "'\\]{0,10}[a-z]$/),
      (args, environment, program) => {
        const definition = exampleDefinition({ programArguments: [program, ...args], environment });
        const directives = parseUnit(renderUnit(definition, SECRETS));
        const command = commandOf(
          { path: "/unit", base: directives, directives, dropIns: [] },
          { env: readEnv({ HOME: "/home/me" }) },
        );
        expect(command.programArguments).toEqual([program, ...args]);
        expect(command.environment).toEqual(environment);
        expect(command.workingDirectory).toBe("/home/me");
      },
    ),
    { numRuns: 500 },
  );
});

test("a hand-written unit is read by systemd's own rules", () => {
  const unit = parseUnit(
    [
      "\uFEFF; a comment",
      "Lost=outside of every section",
      "[Unit]",
      "  Description = My gateway  ",
      "[Service]",
      "ExecStart=/old",
      "ExecStart=",
      "ExecStart=/usr/bin/openclaw \\",
      "# a comment between",
      "    gateway \\",
      "",
      "",
      "Environment=A=1 'B=two words' \"C=x\\ty\"",
      "Environment=",
      "Environment=D=4",
      "not an assignment",
      "=nothing",
      "Trailing=backslash\\\\",
      "Last=continued \\",
    ].join("\r\n"),
  );
  expect(valueOf(unit, "Unit", "Description")).toBe("My gateway");
  expect(valueOf(unit, "Unit", "Lost")).toBeUndefined();
  expect(valueOf(unit, "Service", "ExecStart")).toMatch(/^\/usr\/bin\/openclaw +gateway$/);
  expect(valuesOf(unit, "Service", "Environment")).toEqual(["D=4"]);
  expect(valueOf(unit, "Service", "Trailing")).toBe("backslash\\\\");
  expect(valueOf(unit, "Service", "Last")).toBe("continued");
});

test("no text makes the reader fail, and the directives it finds have a section and a name", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."[]=\\\n\r #;\"'aS%$".split("")), maxLength: 80 }),
      (input) => {
        const directives = parseUnit(input);
        for (const { section, key } of directives) expect(section === "" || key === "").toBe(false);
        commandOf(
          { path: "/u", base: directives, directives, dropIns: [] },
          { env: readEnv({ HOME: "/h" }) },
        );
      },
    ),
    { numRuns: 1_000 },
  );
});
