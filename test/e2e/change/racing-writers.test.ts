import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { cleanEnv, openclawCommand, spawnGateway, tempHome } from "../../support/index.ts";
import { objectOf } from "../turns/support/index.ts";
import { Caller, Refused } from "./traffic.ts";

const WRITERS = 1_000;

/** Processes at a time; more would only wait for each other. */
const AT_ONCE = 6;

/** Beyond the time a writer takes, so that some end by themselves. */
const LATEST_KILL_MS = 200;

const FILE = ".openclaw/openclaw.json";
const COMMENTED = `{
  // stays
  gateway: { mode: "local", reload: { mode: "off" } }, // stays too
  env: { vars: { KEPT: "from the start" } },
}
`;

test(`B12: ${WRITERS} racing writers, killed at any moment, and the gateway among them: the file always parses and no key is lost`, async () => {
  await using home = await tempHome();
  const path = await home.write(FILE, COMMENTED);
  await using gateway = await spawnGateway({ home });
  const [binary = ""] = await openclawCommand();
  const stored = new Map<string, string>([["KEPT", "from the start"]]);
  const tried = new Map<string, string>();
  const tally = { stored: 0, killed: 0, remote: 0 };

  const check = (): void => {
    const text = readFileSync(path, "utf8");
    const vars = objectOf(objectOf(objectOf(Bun.JSON5.parse(text))["env"])["vars"]);
    expect([text.includes("// stays\n"), text.includes("// stays too")]).toEqual([true, true]);
    for (const [name, value] of stored) expect({ name, value: vars[name] }).toEqual({ name, value });
    for (const [name, value] of Object.entries(vars)) {
      if (!stored.has(name)) expect({ name, value }).toEqual({ name, value: tried.get(name) });
    }
  };

  let begun = 0;
  const commands = async (): Promise<void> => {
    while (begun < WRITERS) {
      const id = (begun += 1);
      const [name, value] = [`W${id}`, `value-${id}`];
      tried.set(name, value);
      const writer = Bun.spawn([binary, "config", "set", `env.vars.${name}`, value], {
        env: cleanEnv(home.path),
        stdin: "ignore",
        stdout: "ignore",
        stderr: "pipe",
      });
      const killer = setTimeout(() => writer.kill("SIGKILL"), Math.random() * LATEST_KILL_MS);
      const [code, said] = await Promise.all([writer.exited, writer.stderr.text()]);
      clearTimeout(killer);
      if (writer.signalCode === "SIGKILL") tally.killed += 1;
      else {
        expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
        stored.set(name, value);
        tally.stored += 1;
      }
      if (id % 10 === 0) check();
    }
  };

  /** The gateway itself writes what a client sends; a client that was overtaken reads again. */
  const client = async (): Promise<void> => {
    const caller = new Caller(gateway);
    for (let id = 1; begun < WRITERS; id += 1) {
      const [name, value] = [`REMOTE${id}`, `value-${id}`];
      tried.set(name, value);
      const { hash, raw } = await caller.call("config.get");
      const written = String(raw).replace("vars: {", `vars: { ${name}: "${value}",`);
      try {
        await caller.call("config.set", { baseHash: hash, raw: written });
        stored.set(name, value);
        tally.remote += 1;
      } catch (error) {
        if (!(error instanceof Refused) || !error.message.includes("changed since last load")) throw error;
      }
      await Bun.sleep(10);
    }
    await caller.close();
  };

  await Promise.all([client(), ...Array.from({ length: AT_ONCE }, commands)]);
  check();
  console.log(`writers: ${tally.stored} stored, ${tally.killed} killed, ${tally.remote} through the gateway`);
  expect(Math.min(tally.stored, tally.killed)).toBeGreaterThan(20);
  // One client may write 30 times a minute, and most of these are overtaken by a command.
  expect(tally.remote).toBeGreaterThan(0);
  const last = Bun.spawnSync([binary, "config", "set", "env.vars.LAST", "one"], { env: cleanEnv(home.path) });
  expect(last.exitCode).toBe(0);
  expect(readdirSync(home.at(".openclaw")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
}, 90_000);
