import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

test("config validate and doctor warn of a secret provider that would not be run, without running it", async () => {
  await using home = await tempHome();
  const program = await home.write("provider", `#!/bin/sh\ntouch "${home.at("was-run")}"\n`);
  const command = (path: string) => ({
    gateway: { mode: "local" },
    secrets: { providers: { vault: { source: "exec", command: path } } },
  });
  const validate = async () => {
    const { code, stdout } = await cli(["config", "validate", "--json"], { home: home.path });
    expect(code).toBe(0);
    return JSON.parse(stdout).warnings as { path: string; message: string }[];
  };
  await home.write(".openclaw/openclaw.json", command(program));
  chmodSync(program, 0o777);
  expect(await validate()).toEqual([
    { path: "secrets.providers.vault.command", message: expect.stringContaining("chmod go-w") },
  ]);
  const doctor = await cli(["doctor", "--only", "config"], { home: home.path });
  expect(doctor.stdout).toContain("secrets.providers.vault.command");
  chmodSync(program, 0o755);
  expect(await validate()).toEqual([]);
  await home.write(".openclaw/openclaw.json", command(home.at("missing")));
  expect(await validate()).toEqual([
    { path: "secrets.providers.vault.command", message: expect.stringContaining("does not exist") },
  ]);
  expect(await Bun.file(home.at("was-run")).exists()).toBe(false);
});
