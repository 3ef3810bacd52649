import { expect, test } from "bun:test";
import { InvalidBindError, resolveBind } from "../../../src/config/index.ts";

const hosts = (plan: ReturnType<typeof resolveBind>) => plan.addresses.map((address) => address.host);

test("the default is loopback on both protocols, inside a container too", () => {
  for (const inContainer of [false, true]) {
    const plan = resolveBind({ inContainer });
    expect(plan).toMatchObject({ mode: "loopback", source: "default", host: "127.0.0.1", exposed: false });
    expect(hosts(plan)).toEqual(["127.0.0.1", "::1"]);
  }
});

test("the flag wins over the config", () => {
  expect(resolveBind({ flag: "lan", config: "loopback" })).toMatchObject({
    mode: "lan",
    source: "flag",
    host: "0.0.0.0",
    exposed: true,
  });
  expect(resolveBind({ config: "lan" }).source).toBe("config");
});

test("auto is loopback, and everything inside a container, and says so", () => {
  expect(resolveBind({ config: "auto" }).exposed).toBe(false);
  const plan = resolveBind({ config: "auto", inContainer: true });
  expect(plan.host).toBe("0.0.0.0");
  expect(plan.note).toContain("container");
});

test("tailnet takes the tailnet address and loopback, or falls back and says so", () => {
  const plan = resolveBind({ config: "tailnet", localAddresses: () => ["192.168.1.2", "100.101.1.2"] });
  expect(hosts(plan)).toEqual(["100.101.1.2", "127.0.0.1"]);
  const none = resolveBind({ config: "tailnet", localAddresses: () => ["192.168.1.2", "100.20.0.1"] });
  expect(none.exposed).toBe(false);
  expect(none.note).toContain("no tailnet address");
});

test("custom binds one IPv4 address and loopback", () => {
  expect(hosts(resolveBind({ config: "custom", customHost: "192.168.1.2" }))).toEqual([
    "192.168.1.2",
    "127.0.0.1",
  ]);
  expect(resolveBind({ config: "custom", customHost: "0.0.0.0" }).exposed).toBe(true);
  expect(resolveBind({ config: "custom", customHost: "127.0.0.1" }).exposed).toBe(false);
  for (const customHost of [undefined, "::1", "example.org", "1.2.3.999"]) {
    expect(() => resolveBind({ config: "custom", customHost })).toThrow(InvalidBindError);
  }
});
