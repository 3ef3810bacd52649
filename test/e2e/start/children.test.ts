import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isAlive, spawnGateway, type TempHome, tempHome, until } from "../../support/index.ts";
import { fakeTool, startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";

/** Longer than any of the tests: whoever ends earlier was ended. */
const HANG = "exec sleep 300";

/** Time a program has to tell a secret: far more than the test takes, so that whoever ends earlier was ended. */
const PROVIDER_TIMEOUT_MS = 60_000;

/** The same where the gateway is told to stop, which waits for as long. */
const SHORT_PROVIDER_TIMEOUT_MS = 4_000;

/** Waits for those who were killed before: the system takes them away when it gets to it. */
async function areGone(pids: readonly number[]): Promise<void> {
  await until(`the end of ${pids.join(", ")}`, () => !pids.some(isAlive));
}

/** The numbers of processes that a program wrote down, once there are so many. */
function pidsIn(home: TempHome, file: string, count: number): Promise<number[]> {
  return until(`${count} processes in ${file}`, () => {
    const lines = existsSync(home.at(file)) ? readFileSync(home.at(file), "utf8").trim().split("\n") : [];
    return lines.length === count && lines.map(Number);
  });
}

/** A gateway whose token comes from a program, which never answers from the moment that there is a file `hang`. */
async function homeWithVault(): Promise<TempHome> {
  const home = await tempHome();
  const answer = JSON.stringify({ protocolVersion: 1, values: { token: "vault-token-0123456789" } });
  const hang = `trap "" TERM; sh -c 'trap "" TERM; echo $$ >> ${home.at("pids")}; ${HANG}' & echo $$ >> ${home.at("pids")}; wait`;
  const tools = await fakeTool(
    home,
    "tools",
    "vault",
    `cat > /dev/null; if [ -e ${home.at("hang")} ]; then ${hang}; fi; echo '${answer}'`,
  );
  await configure(home, `${tools}/vault`, PROVIDER_TIMEOUT_MS);
  return home;
}

async function configure(home: TempHome, command: string, timeoutMs: number): Promise<void> {
  await home.write(FILE, {
    gateway: { mode: "local", auth: { token: { source: "exec", provider: "vault", id: "token" } } },
    secrets: { providers: { vault: { source: "exec", command, timeoutMs } } },
  });
}

const VAULT = { token: null } as const;

/** Has the gateway ask the vault, which hangs; returns the processes that hang with it. */
async function hangs(gateway: Awaited<ReturnType<typeof spawnGateway>>): Promise<number[]> {
  const { home } = gateway;
  await Bun.file(home.at("pids")).write("");
  await home.write("hang", "");
  const operator = await gateway.operator({ auth: { token: "vault-token-0123456789" } });
  // It ends with its gateway, and nobody asks how.
  operator.call("secrets.reload").catch(() => undefined);
  const pids = await pidsIn(home, "pids", 2);
  expect(pids.filter(isAlive)).toEqual(pids);
  await Bun.file(home.at("hang")).delete();
  return pids;
}

test("B16: a program that is asked for a secret outlives neither a stop of the gateway nor, once the next one is up, a SIGKILL", async () => {
  await using home = await homeWithVault();
  const children = () => readdirSync(home.at(".openclaw/tmp/children"));
  const first = await spawnGateway({ home, ...VAULT });
  const left = await hangs(first);
  first.signal("SIGKILL");
  await first.exited;
  expect(left.filter(isAlive)).toEqual(left);
  await configure(home, home.at("tools/vault"), SHORT_PROVIDER_TIMEOUT_MS);
  await using second = await spawnGateway({ home, ...VAULT });
  await areGone(left);
  expect(children()).toEqual([]);

  const asked = await hangs(second);
  second.signal("SIGTERM");
  expect(await second.exited).toBe(0);
  await areGone(asked);
  expect(children()).toEqual([]);
}, 40_000);

test("B16: a tunnel of gateway probe ends with the probe, by whatever signal it is told to stop", async () => {
  await using home = await tempHome();
  const tools = await fakeTool(home, "tools", "ssh", `echo $$ > ${home.at("ssh-pid")}; ${HANG}`);
  const env = { PATH: `${tools}:/usr/bin:/bin` };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    await Bun.file(home.at("ssh-pid")).write("");
    await using probe = await startProgram(["gateway", "probe", "--ssh", "me@elsewhere"], { home, env });
    const [ssh] = await until("ssh", () => {
      const text = readFileSync(home.at("ssh-pid"), "utf8").trim();
      return text !== "" && ([Number(text)] as const);
    });
    expect(isAlive(ssh)).toBe(true);
    probe.signal(signal);
    expect({ signal, code: await probe.exited }).toEqual({ signal, code: 130 });
    await areGone([ssh]);
  }
});
