import { expect, test } from "bun:test";
import { FakeWhatsapp } from "../../fakes/whatsapp/index.ts";
import { KEY, until, within } from "../../support/index.ts";
import { ANSWER, BeginWorld } from "../begin/world.ts";

/** Several programs are started, on a busy machine. */
const PATIENCE = 60_000;

test(
  "onboarding links a phone in the terminal once its gateway runs, and goes on from there",
  async () => {
    await using fake = await FakeWhatsapp.start();
    await using world = await BeginWorld.open();
    await using terminal = world.terminalWith(fake.env, "onboard");
    const turns: readonly (readonly [sees: string, types: string])[] = [
      ["I understand, and want to go on", KEY.enter],
      ["How shall it be set up?", KEY.enter],
      // The last but one of the ways, whatever else was found.
      ["Which model shall answer?", KEY.up + KEY.up + KEY.enter],
      ["Address of the server", world.model.openAiUrl + KEY.enter],
      ["Name of the model", `mock-1${KEY.enter}`],
      ["Its API key", "sk-begin-0123456789abcdefgh" + KEY.enter],
      ["Connect a chat", KEY.down + KEY.down + KEY.enter],
      ["Start the gateway in this terminal now?", KEY.enter],
      ["Link WhatsApp now?", KEY.enter],
    ];
    for (const [sees, types] of turns) {
      await terminal.sees(sees);
      terminal.type(types);
    }
    await terminal.sees("Linked devices");
    const qrText = await until("the code", async () => {
      const ask = ["gateway", "call", "web.login.wait", "--params", `{"timeoutMs":0}`, "--json"];
      const { stdout } = await world.script(ask, fake.env);
      return (JSON.parse(stdout) as { readonly qrText?: string }).qrText;
    });
    const phone = fake.phone("+4366412345", { name: "Ann" });
    await phone.scan(qrText);
    await terminal.sees("Linked WhatsApp account default as +4366412345");
    await terminal.sees("openclaw pairing approve whatsapp <code>");
    await terminal.sees("Say something to your agent");
    terminal.type(KEY.enter);
    await terminal.sees(ANSWER);
    await until("the phone to see it connected", () => phone.companion.isOnline);
    terminal.type(KEY.ctrlC);
    expect(await within("the end", terminal.exited)).toBe(0);
    expect(await world.config()).toMatchObject({ channels: { whatsapp: { enabled: true } } });
  },
  PATIENCE,
);
