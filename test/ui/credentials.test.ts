import { expect, test } from "bun:test";
import { Credentials, secretInFragment, takeSecret } from "../../src/ui/page/link/credentials.ts";
import type { Shelf } from "../../src/ui/page/link/shelf.ts";

/** What a tab keeps, in memory. */
function tab(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    getItem: (name) => kept.get(name) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (name) => void kept.delete(name),
    setItem: (name, value) => void kept.set(name, value),
  };
}

function shelf(): Shelf {
  const kept = new Map<string, unknown>();
  return {
    get: (name) => Promise.resolve(kept.get(name)),
    put: (name, value) => Promise.resolve(void kept.set(name, value)),
    remove: (name) => Promise.resolve(void kept.delete(name)),
  };
}

test("a handed-over secret is read from the fragment, decoded, and from nowhere else", () => {
  expect(secretInFragment("#token=a%2Bb%2F%3D")).toBe("a+b/=");
  expect(secretInFragment("")).toBeUndefined();
  expect(secretInFragment("#token=")).toBeUndefined();
  expect(secretInFragment("#room")).toBeUndefined();
  expect(secretInFragment("#gatewayUrl=ws://evil.example")).toBeUndefined();
});

test("C1: taking it leaves the address without it", () => {
  const told: unknown[] = [];
  const page = {
    location: { hash: "#token=secret", pathname: "/openclaw/chat", search: "?session=x" },
    history: { state: { kept: 1 }, replaceState: (...args: unknown[]) => void told.push(args) },
  };
  // Only what is read of a window is there.
  expect(takeSecret(page as unknown as Pick<Window, "location" | "history">)).toBe("secret");
  expect(told).toEqual([[{ kept: 1 }, "", "/openclaw/chat?session=x"]]);
});

test("a token is kept for the tab once the gateway took it as its token, and a password never", () => {
  const storage = tab();
  const first = new Credentials(storage, shelf(), "");
  first.use("a-token");
  expect(storage.length).toBe(0);
  first.accepted("token");
  expect(new Credentials(storage, shelf(), "").secret).toBe("a-token");
  expect(new Credentials(storage, shelf(), "/other").secret).toBeUndefined();
  first.use("a-password");
  first.accepted("password");
  expect(storage.length).toBe(0);
  expect(first.secret).toBe("a-password");
});

test("what the gateway gave this browser is kept until it is dropped", async () => {
  const kept = shelf();
  const credentials = new Credentials(tab(), kept, "");
  expect(await credentials.access()).toBeUndefined();
  await credentials.keepAccess({ deviceToken: "d", scopes: ["operator.read"] });
  expect(await new Credentials(tab(), kept, "").access()).toEqual({
    deviceToken: "d",
    scopes: ["operator.read"],
  });
  await credentials.dropAccess();
  expect(await credentials.access()).toBeUndefined();
});
