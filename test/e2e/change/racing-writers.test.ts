import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { cleanEnv, openclawCommand, spawnGateway, tempHome } from "../../support/index.ts";
import { objectOf } from "../turns/support/index.ts";
import { Caller, Refused } from "./traffic.ts";

const WRITERS = 1_000;

/** Processes at a time; more would only wait for each other. */
const AT_ONCE = 6;

/** Every so many writers one is let be, so that some end by themselves on any machine. */
const SPARED_EVERY = 3;

/** What a writer is thought to take before the first of them has told. */
const FIRST_GUESS_MS = 100;

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

  /** As long as the last one that was let be has taken: every moment of the others is hit. */
  let takesMs = FIRST_GUESS_MS;
  let begun = 0;
  const isOver = () => begun >= WRITERS && tally.remote > 0;
  const commands = async (): Promise<void> => {
    while (!isOver()) {
      const id = (begun += 1);
      const [name, value] = [`W${id}`, `value-${id}`];
      tried.set(name, value);
      const writer = Bun.spawn([binary, "config", "set", `env.vars.${name}`, value], {
        env: cleanEnv(home.path),
        stdin: "ignore",
        stdout: "ignore",
        stderr: "pipe",
      });
      const spared = id % SPARED_EVERY === 0;
      const startedAt = performance.now();
      const killer = spared ? undefined : setTimeout(() => writer.kill("SIGKILL"), Math.random() * takesMs);
      const [code, said] = await Promise.all([writer.exited, writer.stderr.text()]);
      clearTimeout(killer);
      if (spared) takesMs = performance.now() - startedAt;
      if (writer.signalCode === "SIGKILL") tally.killed += 1;
      else {
        expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
        stored.set(name, value);
        tally.stored += 1;
      }
      if (id % 10 === 0) check();
    }
  };

  /**
   * The gateway itself writes what a client sends; a client that was overtaken reads again. It may write 30 times a minute, and
   * most of these are overtaken by a command: the commands go on until it has come through.
   */
  const client = async (): Promise<void> => {
    const caller = new Caller(gateway);
    for (let id = 1; !isOver(); id += 1) {
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
  const last = Bun.spawnSync([binary, "config", "set", "env.vars.LAST", "one"], { env: cleanEnv(home.path) });
  expect(last.exitCode).toBe(0);
  expect(readdirSync(home.at(".openclaw")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
}, 300_000);
