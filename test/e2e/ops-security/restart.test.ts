import { expect, setDefaultTimeout, test } from "bun:test";
import { freePort, tempHome, until, WireClient, within } from "../../support/index.ts";
import { startProgram } from "../program.ts";

setDefaultTimeout(60_000);

const OLD = "old-token-0123456789abcdef";
const NEW = "new-password-fedcba9876543210";

const READY = /\bready\b/g;

async function running() {
  const home = await tempHome();
  const port = await freePort();
  const write = (gateway: object) =>
    home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local", port, reload: { debounceMs: 20 }, ...gateway },
    });
  await write({ auth: { mode: "token", token: OLD } });
  const program = await startProgram(["gateway"], { home });
  await program.said(/\bready\b/);
  const starts = () => [...program.output().matchAll(READY)].length;
  return {
    home,
    port,
    write,
    program,
    starts,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** A try that was answered: when it began, when the answer came, and whether it was let in; undefined when that was left open. */
interface Try {
  readonly began: number;
  readonly answered: number;
  readonly isIn: boolean | undefined;
}

test("C7: a secret that a restart took away lets nobody in, whatever waited for the next gateway meanwhile", async () => {
  await using it = await running();
  const tries: Try[] = [];
  let stop = false;
  // Told at once: to say goodbye takes time as well, and a gateway that leaves may answer that late.
  const trying = async (once: (tell: (isIn: boolean | undefined) => void) => Promise<void>) => {
    while (!stop) {
      const began = performance.now();
      await once((isIn) => void tries.push({ began, answered: performance.now(), isIn })).catch(
        () => undefined,
      );
    }
  };
  const isLetIn = async (secret: string): Promise<boolean | undefined> => {
    const headers = { authorization: `Bearer ${secret}` };
    const { status } = await fetch(`http://127.0.0.1:${it.port}/v1/models`, { headers });
    return status === 200 ? true : [401, 429].includes(status) ? false : undefined;
  };
  const asks = async (tell: (isIn: boolean | undefined) => void) => tell(await isLetIn(OLD));
  const connects = async (tell: (isIn: boolean | undefined) => void) => {
    await using client = await WireClient.open(`ws://127.0.0.1:${it.port}`);
    tell((await client.connect({ auth: { token: OLD } })).ok);
  };
  const loops = [trying(asks), trying(asks), trying(connects), trying(connects)];
  const connected = await WireClient.open(`ws://127.0.0.1:${it.port}`);
  expect((await connected.connect({ auth: { token: OLD } })).ok).toBe(true);
  await until("tries before the restart", () => tries.filter(({ isIn }) => isIn === true).length > 20);
  await it.write({ auth: { mode: "password", password: NEW } });
  await until("the restart", () => it.starts() >= 2);
  const refused = () => tries.filter(({ isIn }) => isIn === false);
  // Refusals are slowed down, so there are few.
  await until("tries after it", () => refused().length >= 2);
  expect(await isLetIn(NEW)).toBe(true);
  stop = true;
  it.program.signal("SIGTERM");
  await Promise.all(loops);

  const firstRefusal = Math.min(...refused().map(({ answered }) => answered));
  // One that was held during the change is answered by the gateway that follows, and by its rules.
  expect(tries.filter(({ answered, isIn }) => answered > firstRefusal && isIn === true)).toEqual([]);
  expect((await within("the end of the old connection", connected.closed)).code).toBe(1012);
});

test("a restart that cannot be leaves the gateway there was, with its secret, at its port", async () => {
  await using it = await running();
  using taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const ask = async (secret: string) =>
    (await fetch(`http://127.0.0.1:${it.port}/v1/models`, { headers: { authorization: `Bearer ${secret}` } }))
      .status;
  await it.write({ port: taken.port, bind: "loopback", auth: { mode: "password", password: NEW } });
  await it.program.said("restart given up");
  // Who is let in belongs to the restart that was not made: it stays as it was, whole.
  expect(await ask(OLD)).toBe(200);
  expect(await ask(NEW)).toBe(401);
  expect([await ask("wrong"), await ask("")]).toEqual([401, 401]);
  await it.write({ auth: { mode: "token", token: OLD } });
  await until("the way back", async () => (await ask(OLD)) === 200);
  expect(await ask("")).toBe(401);
});
