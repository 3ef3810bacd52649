import { expect, setDefaultTimeout, test } from "bun:test";
import { FakeTelegram } from "../../fakes/telegram/index.ts";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

test("seeds 1 and 103: one process owns Telegram and WhatsApp and serves several agents, each in its own sessions", async () => {
  const telegram = await FakeTelegram.start();
  const bot = telegram.bot();
  const tess = telegram.user({ id: 777 });
  await using world = await WhatsappWorld.start({
    whatsapp: { allowFrom: ["+15550000001", "+15550000002"] },
    channels: {
      telegram: {
        botToken: bot.token,
        apiRoot: telegram.apiRoot,
        network: { dangerouslyAllowPrivateNetwork: true },
        dmPolicy: "allowlist",
        allowFrom: [777],
      },
    },
    config: {
      agents: { defaults: { model: { primary: "mock/mock-1" } }, entries: { main: {}, work: {} } },
      bindings: [
        { agentId: "work", match: { channel: "whatsapp", peer: { kind: "direct", id: "+15550000002" } } },
      ],
    },
  });
  const bo = world.whatsapp.person("+15550000002");
  await world.echo("for the main agent");
  await world.echo("for the other agent", bo);
  tess.says("ECHO by telegram", { in: tess.chat(bot) });
  await telegram.journal.when("the answer", () => tess.chat(bot).texts(bot).includes("by telegram"));
  const { sessions } = (await world.call("sessions.list")) as { sessions: readonly { key: string }[] };
  const keys = sessions.map(({ key }) => key);
  expect(keys).toContain("agent:main:main");
  expect(keys.some((key) => key.startsWith("agent:work:"))).toBe(true);
  // Telegram stops after the gateway, so that its last request has an answer.
  await world.down();
  await telegram.stop();
});
