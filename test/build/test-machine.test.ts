import { expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { PROJECT_DIR, tempHome } from "../support/index.ts";

/** Prepares a machine that lacks a program, with a double of apt-get that notes what it was asked for. */
async function prepare(missing: string, code: number): Promise<{ said: string[]; asked: string }> {
  await using home = await tempHome();
  const apt = await home.write("bin/apt-get", `#!/bin/sh\necho "$*" >>${home.path}/asked\nexit ${code}\n`);
  await chmod(apt, 0o755);
  await home.write("asked", "");
  const programs = JSON.stringify([
    { package: "there", anyOf: ["/absent", "/bin/sh"] },
    { package: "wanted", anyOf: [missing] },
  ]);
  const module = JSON.stringify(join(PROJECT_DIR, "build", "test-machine.ts"));
  const script = `const { prepareTestMachine } = await import(${module}); console.log(JSON.stringify(await prepareTestMachine(${programs})));`;
  const child = Bun.spawn([process.execPath, "-e", script], {
    env: { PATH: `${home.at("bin")}:/usr/bin:/bin`, HOME: home.path },
    stdin: "ignore",
    stdout: "pipe",
  });
  return { said: JSON.parse(await child.stdout.text()), asked: await Bun.file(home.at("asked")).text() };
}

test("a machine that has everything is left alone", async () => {
  expect(await prepare("/bin/sh", 0)).toEqual({ said: [], asked: "" });
});

test("what is missing is installed as root, and named where that cannot be done", async () => {
  const prepared = await prepare("/absent/too", 0);
  if (process.getuid?.() === 0) {
    expect(prepared.said).toEqual(["Installed for the tests: wanted"]);
    expect(prepared.asked).toBe("update -q\ninstall -qy --no-install-recommends wanted\n");
    expect((await prepare("/absent/too", 1)).said[0]).toBe(
      "Tests of services and browsers will fail: wanted could not be installed",
    );
  } else {
    expect(prepared.said).toEqual(["Tests of services and browsers will fail: install wanted"]);
  }
});
