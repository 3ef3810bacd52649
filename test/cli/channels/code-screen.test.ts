import { expect, test } from "bun:test";
import { CodeScreen } from "../../../src/cli/channels/link/code-screen.ts";
import { qrText } from "../../../src/lib/qr.ts";
import { ManualClock } from "../../support/index.ts";

/** As long as WhatsApp's are. */
const CODE = `2@${"x".repeat(136)},${"A".repeat(44)},${"B".repeat(44)},${"C".repeat(44)}`;

function screen(isTerminal: boolean, color = false) {
  const clock = new ManualClock();
  let written = "";
  const shown = new CodeScreen({ clock, isTerminal, color, write: (text) => (written += text) });
  const code = (text: string) => ({ text, expiresAt: clock.now() + 20_000, until: clock.now() + 150_000 });
  return { clock, shown, code, written: () => written };
}

test("a code fits 80 columns", async () => {
  for (const line of (await qrText(CODE)).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("on a terminal the time counts down in place, and the next code is painted over the last", async () => {
  const { clock, shown, code, written } = screen(true);
  await shown.show(code(CODE));
  const rows = (await qrText(CODE)).trimEnd().split("\n").length;
  expect(written()).toEndWith("\r\u001b[KThis code: 0:20, the login: 2:30");
  clock.advance(1_000);
  expect(written()).toEndWith("\r\u001b[KThis code: 0:19, the login: 2:29");
  await shown.show(code(`${CODE}D`));
  expect(written()).toContain(`\r\u001b[${rows}A\u001b[J`);
  shown.clear();
  expect(written()).toEndWith(`A\u001b[J`);
  const before = written();
  clock.advance(5_000);
  expect(written()).toBe(before);
});

test("elsewhere each code is written below the last, and nothing moves", async () => {
  const { clock, shown, code, written } = screen(false);
  await shown.show(code(CODE));
  await shown.show(code(`${CODE}D`));
  clock.advance(10_000);
  shown.clear();
  expect(written()).not.toContain("\u001b");
  expect(written().split("This code: 0:20, the login: 2:30\n")).toHaveLength(3);
});

test("with colours the code is bright on black, which cameras read on light terminals too", async () => {
  const { shown, code, written } = screen(true, true);
  await shown.show(code(CODE));
  expect(written()).toContain("\u001b[97;40m█");
  shown.clear();
});
