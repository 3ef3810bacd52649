import { expect } from "bun:test";
import type { Exercise } from "./exercise.ts";

/** The models and their credentials. */
export const MODEL_EXERCISES: Readonly<Record<string, Exercise>> = {
  "models.list": async ({ operator }) => {
    const { models } = await operator.call("models.list", { view: "configured", agentId: "main" });
    expect(models).toContainEqual(expect.objectContaining({ id: "mock-1", provider: "mock" }));
  },
  "models.probe": async ({ operator }) => {
    expect(await operator.call("models.probe", { provider: "mock", timeoutMs: 5_000 })).toMatchObject({
      provider: "mock",
    });
  },
  "models.authStatus": async ({ operator }) => {
    expect(await operator.call("models.authStatus", { agentId: "main" })).toMatchObject({
      providers: expect.any(Array),
    });
  },
  "models.authSetApiKey": async ({ operator }) => {
    const stored = await operator.call("models.authSetApiKey", {
      provider: "openai",
      apiKey: "sk-of-a-test",
    });
    expect(stored).toMatchObject({ provider: "openai", profileId: expect.any(String) });
  },
  "models.authOrderSet": async ({ operator }) => {
    const { profileId } = await operator.call("models.authSetApiKey", {
      provider: "groq",
      apiKey: "gsk-of-a-test",
    });
    const order = { provider: "groq", profileIds: [profileId] };
    expect(await operator.call("models.authOrderSet", order)).toEqual({ ok: true, ...order });
    expect(await operator.call("models.authOrderSet", { ...order, profileIds: null })).toMatchObject({
      profileIds: null,
    });
  },
  "models.authLogout": async ({ operator }) => {
    const { profileId } = await operator.call("models.authSetApiKey", {
      provider: "mistral",
      apiKey: "key-of-a-test",
    });
    expect(await operator.call("models.authLogout", { provider: "mistral" })).toMatchObject({
      removedProfiles: [profileId],
    });
  },
};
