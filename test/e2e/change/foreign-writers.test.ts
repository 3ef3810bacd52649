import { expect, test } from "bun:test";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { runOpenclaw, spawnGateway, tempHome, until } from "../../support/index.ts";
import { objectOf } from "../turns/support/index.ts";
import { Caller, Refused } from "./traffic.ts";

const FILE = ".openclaw/openclaw.json";

/** Copies of earlier versions that are kept: `.bak`, `.bak.1` … `.bak.4`. */
const COPIES = 5;

/** Writes of our own while the others write; each is a command. */
const WRITES = 24;

/** Between two saves of theirs; shorter than most writes of ours, so that they meet. */
const PAUSE_MS = 50;

const documentOf = (foreign: string) => `{
  // stays
  gateway: { mode: "local", reload: { debounceMs: 20 } }, // stays too
  env: { vars: { FOREIGN: "${foreign}" } },
}
`;

const varsOf = (text: string) => objectOf(objectOf(objectOf(Bun.JSON5.parse(text))["env"])["vars"]);

const hasComments = (text: string) => text.includes("// stays\n") && text.includes("// stays too");

/** Writes a whole file in place, a piece at a time, as programs do that know nothing of others. */
async function inPieces(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  for (let at = 0; at < text.length; at += 40) {
    await file.write(text.slice(at, at + 40));
    await Bun.sleep(1);
  }
  await file.close();
}

/** As most editors save: another file that takes the place of the first. */
function renamed(path: string, text: string): void {
  writeFileSync(`${path}~`, text);
  renameSync(`${path}~`, path);
}

test("B12: a file that another program left half, empty or twice is neither mended nor written over, and the gateway stays as it was", async () => {
  await using home = await tempHome();
  const path = await home.write(FILE, documentOf("good"));
  await using gateway = await spawnGateway({ home });
  const caller = new Caller(gateway);
  const text = () => readFileSync(path, "utf8");
  const set = (name: string, value: string) =>
    runOpenclaw(["config", "set", `env.vars.${name}`, value], { home: home.path });
  const good = text();
  const { runtimeConfig: before } = await caller.call("config.get");
  const broken = {
    half: good.slice(0, good.length / 2),
    empty: "",
    "two documents": good + JSON.stringify({ gateway: { mode: "local" } }),
    "cut in the middle of a sign": `${good.slice(0, 40)}\ud83d`,
  };
  for (const [name, spoilt] of Object.entries(broken)) {
    writeFileSync(path, spoilt);
    const left = readFileSync(path);
    const { hash, runtimeConfig } = await caller.call("config.get");
    expect({ name, code: (await set("OURS", name)).code }).toEqual({ name, code: 1 });
    const raw = JSON.stringify({ env: { vars: { OURS: name } } });
    const patch = caller.call("config.patch", { raw, baseHash: hash });
    expect(await patch.catch((error: unknown) => error instanceof Refused)).toBe(true);
    expect({ name, same: readFileSync(path).equals(left) }).toEqual({ name, same: true });
    expect({ name, runtimeConfig }).toEqual({ name, runtimeConfig: before });
  }
  renamed(path, documentOf("mended"));
  expect(await set("OURS", "last")).toMatchObject({ code: 0 });
  expect(varsOf(text())).toEqual({ FOREIGN: "mended", OURS: "last" });
  expect(hasComments(text())).toBe(true);
  await caller.close();
});

test("B12: commands, the gateway and programs that write whole files at once: the file is never cut, doubled or without its comments", async () => {
  await using home = await tempHome();
  const path = await home.write(FILE, documentOf("0"));
  await using gateway = await spawnGateway({ home });
  const caller = new Caller(gateway);
  let isOver = false;
  let written = 0;
  const others = async (): Promise<void> => {
    while (!isOver) {
      written += 1;
      const text = documentOf(String(written));
      if (written % 2 === 0) renamed(path, text);
      else await inPieces(path, text);
      await Bun.sleep(PAUSE_MS);
    }
  };
  const foreign = others();
  const tally = { stored: 0, refused: 0, remote: 0 };
  /** What a program in the middle of its own write leaves for a moment: the beginning of one of its texts. */
  const isOfTheirs = (text: string) => {
    const number = /FOREIGN: "(\d*)/.exec(text)?.[1];
    return number === undefined ? documentOf("").startsWith(text) : documentOf(number).startsWith(text);
  };
  for (let id = 1; id <= WRITES; id += 1) {
    const name = `W${id}`;
    const { code } = await runOpenclaw(["config", "set", `env.vars.${name}`, "ours"], { home: home.path });
    tally[code === 0 ? "stored" : "refused"] += 1;
    const { hash } = await caller.call("config.get");
    const raw = JSON.stringify({ env: { vars: { [`R${id}`]: "ours" } } });
    await caller.call("config.patch", { raw, baseHash: hash }).then(
      () => (tally.remote += 1),
      (error: unknown) => expect(error).toBeInstanceOf(Refused),
    );
    const text = readFileSync(path, "utf8");
    if (!isOfTheirs(text))
      expect([Object.keys(varsOf(text)).length > 0, hasComments(text)]).toEqual([true, true]);
  }
  isOver = true;
  await foreign;
  console.log(`foreign writers: ${written} of theirs; ${JSON.stringify(tally)} of ours`);
  renamed(path, documentOf("end"));
  const last = await runOpenclaw(["config", "set", "env.vars.LAST", "ours"], { home: home.path });
  expect(last).toMatchObject({ code: 0 });
  const text = readFileSync(path, "utf8");
  expect(varsOf(text)).toEqual({ FOREIGN: "end", LAST: "ours" });
  expect(hasComments(text)).toBe(true);
  expect(Math.min(written, tally.stored + tally.remote)).toBeGreaterThan(4);
  const beside = () => readdirSync(home.at(".openclaw")).filter((name) => name.startsWith("openclaw.json."));
  // One may be in the making: the gateway keeps what it runs on.
  await until("no half file", () => !beside().some((name) => name.endsWith(".tmp")));
  const copies = beside().filter((name) => name.includes(".bak"));
  expect(copies).toHaveLength(Math.min(COPIES, tally.stored + tally.remote + 1));
  for (const name of [...copies, "openclaw.json.last-good"]) {
    expect({ name, whole: hasComments(readFileSync(home.at(".openclaw", name), "utf8")) }).toEqual({
      name,
      whole: true,
    });
  }
  await caller.close();
}, 120_000);
