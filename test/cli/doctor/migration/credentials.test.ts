import { expect, test } from "bun:test";
import { credentialsIn } from "../../../../src/cli/doctor/migration/credentials.ts";

test("credentials of earlier versions that only refer to their secret are taken over, logins need theirs", () => {
  const ref = { source: "env", provider: "default", id: "OPENAI_API_KEY" };
  const { profiles, left } = credentialsIn(
    {
      profiles: {
        "openai:default": { type: "api_key", provider: "openai", keyRef: ref },
        "groq:default": { type: "token", provider: "groq", tokenRef: ref },
        "xai:default": { type: "oauth", provider: "xai", refreshRef: ref },
        "mistral:default": { type: "api_key", provider: "mistral" },
      },
    },
    5,
  );
  expect(profiles.map(({ id, type, credential }) => [id, type, credential])).toEqual([
    ["openai:default", "api_key", { keyRef: ref }],
    ["groq:default", "token", { tokenRef: ref }],
  ]);
  expect(left).toEqual(["xai:default", "mistral:default"]);
});
