import { expect, test } from "bun:test";
import { spawnFakeProvider } from "./index.ts";

test("as a process of its own it answers and tells when requests arrived", async () => {
  await using fake = await spawnFakeProvider();
  const sentAt = Date.now();
  const response = await fetch(`${fake.openAiUrl}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "TIMES n=2 ms=1" }] }),
  });
  const completion = (await response.json()) as { choices: [{ message: { content: string } }] };
  const stamps = completion.choices[0].message.content.trim().split(" ").map(Number);
  expect(stamps).toHaveLength(2);
  const [arrival] = await fake.arrivals();
  expect(arrival?.[0]).toBe("TIMES n=2 ms=1");
  expect(arrival?.[1]).toBeWithin(sentAt - 1, Date.now() + 1);
  expect(stamps[0]).toBeWithin(arrival?.[1] ?? 0, Date.now() + 1);
  expect(await fake.arrivals()).toEqual([]);
});
