import { expect, test } from "bun:test";
import { type ProgramForm, spawnGateway, tempHome } from "../support/index.ts";
import { lateModelHost } from "./late-models.ts";

const SAID = "Unpacked and well.";

/** A gateway, from source as well, and its first three turns, each with a library to load. */
const TURNS_TIMEOUT_MS = 60_000;

/** What a gateway answers whose models speak the interfaces with late libraries, at an address of the test. */
async function answers(form: ProgramForm): Promise<Record<string, unknown>> {
  await using host = lateModelHost(SAID);
  await using home = await tempHome();
  const provider = (api: string) => ({
    baseUrl: host.url.origin,
    apiKey: "key",
    api,
    models: [{ id: "one", name: "one" }],
  });
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    models: {
      providers: {
        google: provider("google-generative-ai"),
        "amazon-bedrock": provider("bedrock-converse-stream"),
        anthropic: provider("anthropic-messages"),
      },
    },
    agents: { defaults: { model: { primary: "google/one" } } },
  });
  // Without it the library speaks HTTP/2 only.
  const env = { AWS_BEDROCK_FORCE_HTTP1: "1" };
  await using gateway = await spawnGateway({ form, home, env });
  const answer = async (model: string): Promise<unknown> => {
    const response = await fetch(`${gateway.httpUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${gateway.token}`, "x-openclaw-model": model },
      body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: "Are you there?" }] }),
    });
    return response.json();
  };
  return {
    google: await answer("google/one"),
    bedrock: await answer("amazon-bedrock/one"),
    anthropic: await answer("anthropic/one"),
  };
}

for (const form of ["binary", "source"] as const) {
  test(
    `libraries that are unpacked late answer as they do from source (${form})`,
    async () => {
      const answered = { choices: [{ message: { content: SAID } }], usage: { completion_tokens: 2 } };
      expect(await answers(form)).toMatchObject({ google: answered, bedrock: answered, anthropic: answered });
    },
    TURNS_TIMEOUT_MS,
  );
}
