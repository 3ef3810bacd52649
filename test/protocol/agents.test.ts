import { describe, expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import * as oracle from "@openclaw/gateway-protocol";
import fc from "fast-check";
import { agents, explain } from "../../src/protocol/index.ts";
import { fitting, mutated } from "./arbitrary.ts";
import { published, publishedValidator } from "./published.ts";

/** The definitions of the published document, by method. */
const NAMES = [
  [agents.list, "AgentsListParams", "AgentsListResult"],
  [agents.create, "AgentsCreateParams", "AgentsCreateResult"],
  [agents.update, "AgentsUpdateParams", "AgentsUpdateResult"],
  [agents.remove, "AgentsDeleteParams", "AgentsDeleteResult"],
  [agents.filesList, "AgentsFilesListParams", "AgentsFilesListResult"],
  [agents.filesGet, "AgentsFilesGetParams", "AgentsFilesGetResult"],
  [agents.filesSet, "AgentsFilesSetParams", "AgentsFilesSetResult"],
  [agents.identityGet, "AgentIdentityParams", "AgentIdentityResult"],
] as const;

/** Without fields of newer peers. */
function withoutNewer(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), function (this: unknown, key: string, inner: unknown) {
    return key === "hash" || key === "expectedHash" ? undefined : inner;
  });
}

describe("the agents family", () => {
  test.each(NAMES)("$name takes what the published schema allows", (method, params) => {
    fc.assert(
      fc.property(mutated(published.definitions[params] as TSchema), (value) => {
        if (publishedValidator(params)(value)) expect(explain(method.params, value)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test.each(NAMES)("results of $name fit the published schema", (method, _params, result) => {
    const validate = publishedValidator(result);
    fc.assert(
      fc.property(fitting(method.result), (value) => {
        if (!validate(withoutNewer(value))) throw new Error(JSON.stringify(validate.errors));
      }),
      { numRuns: 60 },
    );
  });

  test("faults are worded as the published package words them", () => {
    for (const [schema, validate] of [
      [agents.create.params, oracle.validateAgentsCreateParams],
      [agents.update.params, oracle.validateAgentsUpdateParams],
      [agents.remove.params, oracle.validateAgentsDeleteParams],
      [agents.filesGet.params, oracle.validateAgentsFilesGetParams],
    ] as const) {
      fc.assert(
        fc.property(mutated(schema), (value) => {
          const theirs = validate(value) ? undefined : oracle.formatValidationErrors(validate.errors);
          expect(explain(schema, value)).toBe(theirs);
        }),
        { numRuns: 200 },
      );
    }
  });
});
