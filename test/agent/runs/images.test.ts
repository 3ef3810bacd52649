import { expect, test } from "bun:test";
import { within } from "../../support/wait.ts";
import { House } from "./house.ts";

const PIXEL = {
  mimeType: "image/png",
  content: { type: "image", data: "AA==", mimeType: "image/png" },
} as const;
const config = { agents: { defaults: { imageModel: "mock/eyes" } } };
const provider = { models: ["mock-1", "eyes"] };

test("a message with an image goes to the image model when the model of the turn cannot look at it", async () => {
  await using house = await House.open({ config, provider, blind: ["mock-1"] });
  const plain = await within("the answer", (await house.say("ECHO hi")).done);
  const seen = await within("the answer", (await house.say("ECHO this", { attachments: [PIXEL] })).done);
  expect([plain.model, seen.model]).toEqual(["mock-1", "eyes"]);
  expect(JSON.stringify(house.provider.requests.at(-1)?.body)).toContain("image_url");
});

test("a model that can look at images keeps them", async () => {
  await using house = await House.open({ config, provider });
  const seen = await within("the answer", (await house.say("ECHO this", { attachments: [PIXEL] })).done);
  expect(seen.model).toBe("mock-1");
});
