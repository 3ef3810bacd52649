import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CliError } from "../../../src/cli/errors.ts";
import type { Plan } from "../../../src/cli/secrets/plan/plan.ts";
import { readPlan } from "../../../src/cli/secrets/plan/read.ts";
import { targetTypes } from "../../../src/cli/secrets/plan/targets.ts";
import { readRef } from "../../../src/secrets/index.ts";

const REF = { source: "env", provider: "default", id: "OPENAI_API_KEY" };

const plan = (targets: readonly unknown[], more: object = {}) => ({
  version: 1,
  protocolVersion: 1,
  targets,
  ...more,
});

const OPENAI = {
  type: "models.providers.apiKey",
  path: "models.providers.openai.apiKey",
  pathSegments: ["models", "providers", "openai", "apiKey"],
  providerId: "openai",
  ref: REF,
};

const PROFILE = {
  type: "auth-profiles.api_key.key",
  path: "profiles.openai:default.key",
  pathSegments: ["profiles", "openai:default", "key"],
  agentId: "main",
  ref: REF,
};

const read = (value: unknown): Plan => readPlan(value, readRef);

/** What a plan is refused with. */
function refusal(value: unknown): string {
  try {
    read(value);
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
  return "taken";
}

describe("the contract of plans (seed 95)", () => {
  test("every credential that the configuration can refer to has a type, and so have stored ones", () => {
    expect(targetTypes().map(({ id }) => id)).toEqual([
      "gateway.auth.token",
      "gateway.auth.password",
      "gateway.controlUi.github.token",
      "gateway.remote.token",
      "gateway.remote.password",
      "gateway.remote.edgeAuth.*",
      "models.providers.apiKey",
      "models.providers.*.headers.*",
      "channels.telegram.botToken",
      "channels.telegram.webhookSecret",
      "channels.telegram.accounts.*.botToken",
      "channels.telegram.accounts.*.webhookSecret",
      "memory.search.remote.apiKey",
      "memory.search.remote.headers.*",
      "cron.webhookToken",
      "auth-profiles.api_key.key",
      "auth-profiles.token.token",
    ]);
  });

  test("a plan as documented is read, with both scrubs on unless it says otherwise", () => {
    const both = read(plan([OPENAI, PROFILE]));
    expect(both.targets.map(({ steps }) => steps)).toEqual([OPENAI.pathSegments, PROFILE.pathSegments]);
    expect(both).toMatchObject({ scrubEnv: true, scrubAuthProfiles: true, providerDeletes: [] });
    const options = {
      scrubEnv: false,
      scrubAuthProfilesForProviderTargets: false,
      scrubLegacyAuthJson: true,
    };
    expect(read(plan([], { options }))).toMatchObject({ scrubEnv: false, scrubAuthProfiles: false });
  });

  test("an older name of a type, a path in brackets and a path without segments are taken", () => {
    for (const target of [
      { ...OPENAI, type: "models.providers.*.apiKey" },
      { ...OPENAI, pathSegments: undefined },
      { ...OPENAI, pathSegments: undefined, path: 'models.providers["openai"].apiKey' },
      {
        ...PROFILE,
        path: "profiles.me@example.org.key",
        pathSegments: ["profiles", "me@example.org", "key"],
      },
    ]) {
      expect(read(plan([target])).targets).toHaveLength(1);
    }
  });

  const refusals: readonly (readonly [unknown, string])[] = [
    [null, "Invalid secrets plan: a plan is a JSON object"],
    [{ ...plan([]), version: 2 }, "version and protocolVersion have to be 1"],
    [{ ...plan([]), protocolVersion: "1" }, "version and protocolVersion have to be 1"],
    [plan("x" as unknown as []), "targets has to be a list"],
    [plan([5]), "targets[0] has to be an object"],
    [
      plan([{ ...OPENAI, type: "models.providers.baseUrl" }]),
      "Unknown plan target type: models.providers.baseUrl",
    ],
    [
      plan([{ ...OPENAI, path: "models.providers.openai.baseUrl", pathSegments: undefined }]),
      "Invalid plan target path for models.providers.apiKey: models.providers.openai.baseUrl",
    ],
    [plan([{ ...OPENAI, path: " " }]), "Invalid plan target path for models.providers.apiKey: "],
    [
      plan([{ ...OPENAI, pathSegments: ["models", "providers", "other", "apiKey"] }]),
      "name different places",
    ],
    [plan([{ ...OPENAI, providerId: "anthropic" }]), "providerId is not the one in the path"],
    [plan([{ ...OPENAI, accountId: "openai" }]), "accountId is not the one in the path"],
    [
      plan([
        {
          ...OPENAI,
          providerId: undefined,
          path: "models.providers.__proto__.apiKey",
          pathSegments: undefined,
        },
      ]),
      "Invalid plan target path for models.providers.apiKey: models.providers.__proto__.apiKey",
    ],
    [plan([{ ...OPENAI, ref: { ...REF, id: "lower" } }]), "Invalid plan reference"],
    [plan([{ ...OPENAI, ref: "sk-x" }]), "Invalid plan reference"],
    [plan([OPENAI, { ...OPENAI }]), "The plan names models.providers.openai.apiKey twice"],
    [plan([{ ...PROFILE, agentId: undefined }]), "Missing required agentId"],
    [plan([{ ...PROFILE, agentId: " " }]), "agentId has to be a text"],
    [
      plan([], { providerUpserts: { Bad: { source: "env" } } }),
      "Invalid provider alias in providerUpserts: Bad",
    ],
    [
      plan([], { providerUpserts: { vault: { source: "file" } } }),
      "Invalid provider in providerUpserts: vault",
    ],
    [plan([], { providerDeletes: ["Bad"] }), "Invalid provider alias in providerDeletes: Bad"],
    [plan([], { options: { scrubEnv: "no" } }), "options.scrubEnv has to be true or false"],
  ];

  test.each(refusals)("%j is refused: %s", (value, message) => {
    expect(refusal(value)).toContain(message);
  });

  test("whatever a file holds is taken or refused with a reason, and never reaches behind an object", () => {
    const steps = fc.constantFrom(
      "models",
      "providers",
      "openai",
      "apiKey",
      "headers",
      "profiles",
      "key",
      "__proto__",
      "constructor",
      "prototype",
      "",
      "a.b",
      "*",
    );
    const target = fc.record(
      {
        type: fc.oneof(fc.constantFrom(...targetTypes().map(({ id }) => id)), fc.string()),
        path: fc.oneof(
          fc.array(steps, { maxLength: 6 }).map((some) => some.join(".")),
          fc.string(),
        ),
        pathSegments: fc.array(steps, { maxLength: 6 }),
        providerId: fc.oneof(steps, fc.anything()),
        agentId: fc.oneof(fc.constant("main"), fc.anything()),
        ref: fc.oneof(fc.constant(REF), fc.anything()),
      },
      { requiredKeys: [] },
    );
    const value = fc.record(
      {
        version: fc.constantFrom(1, 2),
        protocolVersion: fc.constant(1),
        targets: fc.oneof(fc.array(target, { maxLength: 3 }), fc.anything()),
        providerUpserts: fc.oneof(fc.dictionary(fc.string(), fc.anything()), fc.anything()),
        options: fc.anything(),
      },
      { requiredKeys: ["version"] },
    );
    fc.assert(
      fc.property(fc.oneof(value, fc.anything()), (some) => {
        const before = Object.keys(Object.prototype).length;
        try {
          for (const { type, steps: at } of read(some).targets) {
            expect(at).toHaveLength(type.pattern.length);
            for (const step of at) expect(["__proto__", "prototype", "constructor", ""]).not.toContain(step);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
        }
        expect(Object.keys(Object.prototype)).toHaveLength(before);
      }),
      { numRuns: 500 },
    );
  });

  test("a target that fits its type is read back as it was written, whatever the names in it", () => {
    const name = fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((text) => !["__proto__", "prototype", "constructor"].includes(text) && text.trim() === text);
    fc.assert(
      fc.property(
        fc.constantFrom(...targetTypes()),
        fc.array(name, { minLength: 3, maxLength: 3 }),
        (type, names) => {
          let at = 0;
          const steps = type.pattern.map((step) => (step === "*" ? (names[at++] ?? "x") : step));
          const target = {
            type: type.id,
            path: steps.join("."),
            pathSegments: steps,
            agentId: "main",
            ref: REF,
          };
          expect(read(plan([target])).targets[0]).toMatchObject({ steps, ref: REF });
        },
      ),
    );
  });
});
