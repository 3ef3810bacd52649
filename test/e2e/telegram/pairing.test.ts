import { expect, setDefaultTimeout, test } from "bun:test";
import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { type Bot, FakeTelegram, type Person } from "../../fakes/telegram/index.ts";
import { type GatewayProcess, runOpenclaw, spawnGateway, tempHome } from "../../support/index.ts";

setDefaultTimeout(60_000);

/** A bot nobody may write to yet, on a gateway that nobody owns yet. */
async function world() {
  const telegram = await FakeTelegram.start();
  const model = await FakeModelProvider.start();
  const home = await tempHome();
  const bot = telegram.bot();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    agents: { defaults: { model: { primary: "mock/mock-1" } } },
    models: { providers: { mock: model.providerConfig() } },
    channels: {
      telegram: {
        botToken: bot.token,
        apiRoot: telegram.apiRoot,
        network: { dangerouslyAllowPrivateNetwork: true },
      },
    },
  });
  let gateway: GatewayProcess | undefined = await spawnGateway({ home });
  return {
    telegram,
    bot,
    /** Runs a command; through the gateway while it is up. */
    run: (line: string) => {
      const reach = gateway && {
        OPENCLAW_GATEWAY_PORT: String(gateway.port),
        OPENCLAW_GATEWAY_TOKEN: String(gateway.token),
      };
      return runOpenclaw(line.split(" "), { home: home.path, ...(reach && { env: reach }) });
    },
    down: async () => {
      await gateway?.[Symbol.asyncDispose]();
      gateway = undefined;
    },
    up: async () => {
      gateway = await spawnGateway({ home });
    },
    /** What the bot said to somebody, once it said as much. */
    heard: (person: Person, count: number) =>
      telegram.journal.when(`${count} messages to ${person.user.first_name}`, () => {
        const texts = person.chat(bot).texts(bot);
        return texts.length >= count ? texts : undefined;
      }),
    [Symbol.asyncDispose]: async () => {
      await gateway?.[Symbol.asyncDispose]();
      await model.stop();
      await telegram.stop();
      await home[Symbol.asyncDispose]();
    },
  };
}

function says(person: Person, bot: Bot, text: string): void {
  person.says(text, { in: person.chat(bot) });
}

function codeIn(texts: readonly string[]): string {
  const code = /\b[A-HJ-NP-Z2-9]{8}\b/.exec(texts[0] ?? "")?.[0];
  if (code === undefined) throw new Error(`no code in ${texts[0]}`);
  return code;
}

test("the first who is approved is told so, owns the gateway and is answered; the next is only answered", async () => {
  await using it = await world();
  const cy = it.telegram.user({ firstName: "Cy", username: "cy" });
  says(cy, it.bot, "hello");
  const code = codeIn(await it.heard(cy, 1));
  expect((await it.run("pairing list")).stdout).toContain("Cy @cy");
  expect(await it.run(`pairing approve ${code} --notify`)).toEqual({
    code: 0,
    stdout:
      `Approved telegram sender ${cy.id}.\n` +
      `Command owner configured telegram:${cy.id} (commands.ownerAllowFrom was empty).\n`,
    stderr: "",
  });
  expect((await it.heard(cy, 2))[1]).toContain("You may write");
  says(cy, it.bot, "now?");
  await it.heard(cy, 3);
  const dee = it.telegram.user({ firstName: "Dee" });
  says(dee, it.bot, "hello");
  const next = codeIn(await it.heard(dee, 1));
  expect((await it.run(`pairing approve telegram ${next}`)).stdout).toBe(
    `Approved telegram sender ${dee.id}.\n`,
  );
  says(dee, it.bot, "now?");
  await it.heard(dee, 2);
});

test("while the gateway is down the store is worked on, and holds when it is up again", async () => {
  await using it = await world();
  const cy = it.telegram.user({ firstName: "Cy" });
  const dee = it.telegram.user({ firstName: "Dee" });
  for (const person of [cy, dee]) says(person, it.bot, "hello");
  const codes = [codeIn(await it.heard(cy, 1)), codeIn(await it.heard(dee, 1))];
  await it.down();
  const listed = JSON.parse((await it.run("pairing list telegram --json")).stdout);
  expect(listed.requests.map(({ code }: { code: string }) => code)).toEqual(codes);
  const approved = await it.run(`pairing approve ${codes[0]} --notify`);
  expect(approved.stdout).toContain(`Approved telegram sender ${cy.id}.`);
  expect(approved.stderr).toContain("no gateway runs");
  expect((await it.run(`pairing dismiss ${codes[1]}`)).code).toBe(0);
  await it.up();
  says(cy, it.bot, "in?");
  await it.heard(cy, 2);
  says(dee, it.bot, "in?");
  const again = await it.heard(dee, 2);
  expect(codeIn(again.slice(1))).not.toBe(codes[1] ?? "");
});
