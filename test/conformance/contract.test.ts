import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../build/protocol/document.ts";
import { published } from "../protocol/published.ts";
import { ADDITIVE_FIELDS, Contract } from "./support/index.ts";

/** The schema at `path` below a definition of the published document; undefined where it has none. */
function schemaAt(definition: string, path: readonly string[]): JsonObject | undefined {
  let schema = resolved(published.definitions[definition]);
  for (const step of path) {
    const properties = schema?.properties as JsonObject | undefined;
    schema = resolved((step === "*" ? schema?.items : properties?.[step]) as JsonObject | undefined);
  }
  return schema;
}

function resolved(schema: JsonObject | undefined): JsonObject | undefined {
  const reference = schema?.$ref;
  if (typeof reference !== "string") return schema;
  return published.definitions[reference.slice("#/definitions/".length)];
}

describe("the contract that the tests hold answers against", () => {
  test.each([...ADDITIVE_FIELDS])(
    "$definition has no field $path, where it takes no others",
    ({ definition, path }) => {
      expect(schemaAt(definition, path)).toBeUndefined();
      expect(schemaAt(definition, path.slice(0, -1))).toMatchObject({ additionalProperties: false });
    },
  );

  test("notices what does not fit", () => {
    const contract = new Contract();
    contract.result("node.event", { ok: true, event: "e", handled: true, surplus: 1 });
    contract.result("system-presence", [{ ts: 1, sessionKey: "agent:main:main" }]);
    contract.error({ code: "INVALID_REQUEST", message: "" });
    contract.event({ type: "event", event: "tick", payload: { ts: "now" } });
    contract.event({ type: "event", event: "made.up", payload: {} });
    const faults = contract.faults.map((fault) => fault.split(":")[0]);
    expect(faults).toEqual([
      "not our NodeEventResult",
      "not the published NodeEventResult",
      "not our SystemPresenceResult",
      "not the published PresenceEntry",
      "not our ErrorShape",
      "not the published ResponseFrame",
      "not our TickEvent",
      "not the published TickEvent",
      "event made.up is in no table",
    ]);
  });
});
