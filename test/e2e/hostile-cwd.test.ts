import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dependencies } from "../../package.json";
import { cleanEnv, runOpenclaw, spawnGateway, type TempHome, tempHome } from "../support/index.ts";

/**
 * A directory as a stranger could hand it over: every file that a runtime, a package manager or a bundler might pick
 * up from the current directory leads to code that leaves a mark, or moves the gateway's state in here.
 */
async function hostileDirectory(dir: TempHome): Promise<{ canary: string }> {
  const canary = dir.at("canary-ran");
  const bite = `require("node:fs").appendFileSync(${JSON.stringify(canary)}, "bitten\\n");`;
  await dir.write("bite.cjs", bite);
  await dir.write("bunfig.toml", `preload = ["./bite.cjs"]\n[test]\npreload = ["./bite.cjs"]\n`);
  await dir.write(
    ".env",
    [
      `OPENCLAW_HOME=${dir.path}`,
      `OPENCLAW_STATE_DIR=${dir.at("stolen-state")}`,
      `OPENCLAW_CONFIG_PATH=${dir.at("openclaw.json")}`,
      `BUN_OPTIONS=--preload ${dir.at("bite.cjs")}`,
      `NODE_OPTIONS=--require ${dir.at("bite.cjs")}`,
    ].join("\n"),
  );
  await dir.write("openclaw.json", { gateway: { port: 1, bind: "lan" } });
  await dir.write(".npmrc", `script-shell=${dir.at("bite.cjs")}\n`);
  await dir.write("package.json", { name: "hostile", type: "commonjs", imports: { "#*": "./bite.cjs" } });
  await dir.write("tsconfig.json", { compilerOptions: { paths: { "*": ["./bite.cjs"] } } });
  for (const name of [...Object.keys(dependencies), "openclaw"]) {
    await dir.write(`node_modules/${name}/package.json`, { name, main: "index.js" });
    await dir.write(`node_modules/${name}/index.js`, bite);
  }
  return { canary };
}

test("the trap works: a plain runtime started in the directory is bitten", async () => {
  await using home = await tempHome();
  await using dir = await tempHome();
  const { canary } = await hostileDirectory(dir);
  await dir.write("program.js", "");
  const child = Bun.spawn([process.execPath, "program.js"], {
    cwd: dir.path,
    env: cleanEnv(home.path),
    stdout: "ignore",
    stderr: "ignore",
  });
  await child.exited;
  expect(existsSync(canary)).toBe(true);
});

test("commands run in a hostile directory run none of its code", async () => {
  await using home = await tempHome();
  await using dir = await tempHome();
  const { canary } = await hostileDirectory(dir);
  for (const args of [["--version"], ["--help"], ["health"], ["config", "file"]]) {
    await runOpenclaw(args, { home: home.path, cwd: dir.path });
    expect(existsSync(canary)).toBe(false);
  }
});

test("a gateway started in a hostile directory runs none of its code and keeps its state at home", async () => {
  await using dir = await tempHome();
  const { canary } = await hostileDirectory(dir);
  await using gateway = await spawnGateway({ cwd: dir.path });
  await using operator = await gateway.operator();
  expect(await operator.call("health")).toMatchObject({ ok: true });
  expect(existsSync(canary)).toBe(false);
  expect(existsSync(dir.at("stolen-state"))).toBe(false);
  expect(existsSync(gateway.home.at(".openclaw"))).toBe(true);
});
