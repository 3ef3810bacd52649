import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  keyboardOf,
  modelKeyboard,
  providerKeyboard,
  readModelPress,
} from "../../../../src/channels/telegram/render/index.ts";
import type { ModelChoice } from "../../../../src/channels/model-menu.ts";
import { observedCall } from "../observed.ts";

const models = (provider: string, count: number): ModelChoice[] =>
  Array.from({ length: count }, (_, n) => ({ provider, id: `model-${n + 1}` }));

test("the providers are shown as recorded", () => {
  const recorded = observedCall("command /model list", "sendMessage")["reply_markup"];
  const rows = providerKeyboard([{ provider: "mock", id: "mock-1" }]);
  expect({
    inline_keyboard: rows.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
  }).toEqual(recorded as never);
});

test("providers stand two in a row", () => {
  const rows = providerKeyboard([...models("a", 2), ...models("b", 1), ...models("c", 1)]);
  expect(rows.map((row) => row.map(({ text }) => text))).toEqual([["a (2)", "b (1)"], ["c (1)"]]);
});

test("models come eight to a page, the present one marked, with the way on and back", () => {
  const all = models("a", 20);
  const page = (n: number) =>
    modelKeyboard(all, "a", n, { provider: "a", id: "model-9" }).map((row) => row.map(({ text }) => text));
  expect(page(1)).toHaveLength(10);
  expect(page(2)[0]).toEqual(["model-9 ✓"]);
  expect(page(2).slice(-2)).toEqual([["◀ Prev", "2/3", "Next ▶"], ["<< Back"]]);
  expect(page(9).slice(-2)).toEqual([["◀ Prev", "3/3"], ["<< Back"]]);
  expect(modelKeyboard(models("a", 3), "a", 1)).toHaveLength(4);
});

test("presses are read as what they ask for", () => {
  const all = models("a", 20);
  expect(readModelPress("mdl_prov", all)).toEqual({ kind: "providers" });
  expect(readModelPress("mdl_back", all)).toEqual({ kind: "providers" });
  expect(readModelPress("mdl_list_a_2", all)).toEqual({ kind: "models", provider: "a", page: 2 });
  expect(readModelPress("mdl_sel_a/model-3", all)).toEqual({ kind: "model", provider: "a", id: "model-3" });
});

test.each(["mdl_list_b_1", "mdl_list_a_0", "mdl_sel_a/model-99", "yes", "", "mdl_selh_x"])(
  "%p asks for nothing",
  (data) => {
    expect(readModelPress(data, models("a", 20))).toBeUndefined();
  },
);

test("a long name shows its end", () => {
  const [[button] = []] = modelKeyboard(
    [{ provider: "a", id: "x", name: `${"long-".repeat(10)}end` }],
    "a",
    1,
  );
  expect(button?.text).toStartWith("…");
  expect(button?.text).toEndWith("-end");
  expect(button?.text.length).toBe(38);
});

test("every button of any menu fits on Telegram and is read back as what it is for", () => {
  const text = fc.oneof(
    fc.stringMatching(/^[a-z0-9][a-z0-9_.:/-]{0,90}$/),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  );
  const choice = fc.record({ provider: text, id: text });
  const list = fc.uniqueArray(choice, {
    minLength: 1,
    maxLength: 20,
    selector: ({ provider, id }) => `${provider}/${id}`,
  });
  fc.assert(
    fc.property(list, fc.nat(4), (all, page) => {
      for (const { data } of providerKeyboard(all).flat()) {
        expect(readModelPress(data ?? "", all)).toMatchObject({ kind: "models", page: 1 });
      }
      for (const provider of new Set(all.map((one) => one.provider))) {
        const rows = modelKeyboard(all, provider, page);
        expect(() => keyboardOf(rows)).not.toThrow("bytes");
        for (const { data } of rows.flat()) expect(readModelPress(data ?? "", all)).toBeDefined();
      }
    }),
  );
});
