import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { EVENT_BY_NAME, explain, METHOD_BY_NAME } from "../../src/protocol/index.ts";

type Observed = readonly [kind: "params" | "result" | "event", name: string, value: unknown];

/** What a running peer and its clients were seen to send; volatile values are placeholders. */
const observed: Observed[] = (await Bun.file(join(import.meta.dir, "fixtures", "observed.jsonl")).text())
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

describe("what was seen on the wire fits the declarations", () => {
  test.each(observed)("%s of %s", (kind, name, value) => {
    const schema = kind === "event" ? EVENT_BY_NAME.get(name)?.payload : METHOD_BY_NAME.get(name)?.[kind];
    if (!schema) throw new Error(`${name} is not declared`);
    expect(explain(schema, value, METHOD_BY_NAME.get(name)?.openParams)).toBeUndefined();
  });
});
