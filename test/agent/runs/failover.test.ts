import { expect, test } from "bun:test";
import type { Models } from "../../../src/agent/index.ts";
import { within } from "../../support/wait.ts";
import { House } from "./house.ts";

const [first, second] = [
  { provider: "mock", model: "mock-1" },
  { provider: "mock", model: "mock-2" },
];

/** Models whose first one never answers: the second is asked in its place. */
function failingOver(models: Models): Models {
  const wrapped: Pick<Models, "plan" | "stream"> = {
    plan: async () => ({ candidates: [first, second], strict: false }),
    stream: (call) => {
      const failure = { kind: "overloaded", message: "529 overloaded", status: 529 } as const;
      call.watcher.failedOver?.({ from: first, to: first, failure, retryInMs: 1 });
      call.watcher.failedOver?.({ from: first, to: second, failure });
      return models.stream({ ...call, plan: { candidates: [second], strict: false } });
    },
  };
  return new Proxy(models, {
    get: (target, name) => {
      const own: unknown = Reflect.get(wrapped, name) ?? Reflect.get(target, name);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
}

test("another model that answers is told while it happens, and why stands in the outcome", async () => {
  await using house = await House.open({ models: failingOver });
  const outcome = await within("the answer", (await house.say("Say hello")).done);
  expect(outcome).toMatchObject({
    status: "ok",
    model: "mock-2",
    failovers: [{ from: "mock/mock-1", to: "mock/mock-2", kind: "overloaded", message: "529 overloaded" }],
  });
  const steps = house.events.told.filter(({ what }) => what === "lifecycle:fallback_step");
  expect(steps.map(({ data }) => data)).toMatchObject([
    {
      fallbackStepFromModel: "mock/mock-1",
      fallbackStepToModel: "mock/mock-2",
      fallbackStepFromFailureReason: "overloaded",
      fallbackStepFinalOutcome: "next_fallback",
    },
  ]);
  const end = house.events.told.find(({ what }) => what === "lifecycle:end");
  expect(end?.data.terminalReceipt).toMatchObject({
    requested: first,
    effective: { ...second, responseModel: "mock-2" },
    rerouted: true,
  });
});
