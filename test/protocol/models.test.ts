import { describe, expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import fc from "fast-check";
import { explain, models } from "../../src/protocol/index.ts";
import { fitting, mutated } from "./arbitrary.ts";
import { published, publishedValidator } from "./published.ts";

/** The definitions of the published document, by method. */
const PARAMS = [
  [models.list, "ModelsListParams"],
  [models.probe, "ModelsProbeParams"],
  [models.authStatus, "ModelsAuthStatusParams"],
  [models.authLogout, "ModelsAuthLogoutParams"],
] as const;

const RESULTS = [
  [models.list, "ModelsListResult"],
  [models.probe, "ModelsProbeResult"],
] as const;

describe("the models family", () => {
  test.each(PARAMS)("$name takes what the published schema allows", (method, params) => {
    fc.assert(
      fc.property(mutated(published.definitions[params] as TSchema), (value) => {
        if (publishedValidator(params)(value)) expect(explain(method.params, value)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  test.each(RESULTS)("results of $name fit the published schema", (method, result) => {
    const validate = publishedValidator(result);
    fc.assert(
      fc.property(fitting(method.result), (value) => {
        if (!validate(value)) throw new Error(JSON.stringify(validate.errors));
      }),
      { numRuns: 100 },
    );
  });
});
