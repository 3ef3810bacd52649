import { describe, expect, test } from "bun:test";
import { beaconOf, noteOf } from "../../src/gateway/state/beacon.ts";

const LINE = "Node: shop (10.0.0.7) · app 1.0 · last input 3s ago · mode ui · reason launch";

describe("a beacon", () => {
  test("is read from its text, whole or in part", () => {
    expect(beaconOf({ text: LINE })).toEqual({
      text: LINE,
      host: "shop",
      ip: "10.0.0.7",
      version: "1.0",
      mode: "ui",
      reason: "launch",
      lastInputSeconds: 3,
    });
    expect(beaconOf({ text: "Node: shop · mode ui" })).toMatchObject({ host: "shop", mode: "ui" });
  });

  test("is what its fields say, unless they are blank", () => {
    const beacon = beaconOf({ text: LINE, host: "attic", ip: " ", tags: ["", "a"], lastInputSeconds: -0.4 });
    expect(beacon).toMatchObject({ host: "attic", ip: "10.0.0.7", tags: ["a"], lastInputSeconds: 0 });
  });

  test("carries nothing into presence that is meant for the session", () => {
    const beacon = beaconOf({ text: "hi", sessionKey: "agent:main:main", wake: true, idempotencyKey: "k" });
    expect(beacon).toEqual({ text: "hi" });
  });

  test("withdraws the last input by its tag", () => {
    const beacon = beaconOf({ text: LINE, tags: ["system-presence-clear-last-input"] });
    expect(beacon.lastInputSeconds).toBeUndefined();
    expect(beacon.clearsLastInput).toBe(true);
  });
});

describe("the note about a beacon", () => {
  const row = { host: "shop", ip: "10.0.0.7", version: "1.0", mode: "ui", reason: "launch", ts: 1 };

  test("tells what is new, and that it is there when it was not", () => {
    expect(noteOf(undefined, row)).toBe("Node: shop (10.0.0.7) · app 1.0 · mode ui");
    expect(noteOf(row, { ...row, version: "1.1" })).toBe("Node: shop (10.0.0.7) · app 1.1");
    expect(noteOf(row, { ...row, reason: "crash" })).toBe("Node: shop (10.0.0.7) · reason crash");
  });

  test("is left out for what repeats itself", () => {
    expect(noteOf(row, { ...row, ts: 2 })).toBeUndefined();
    expect(noteOf(row, { ...row, reason: "periodic-60s" })).toBeUndefined();
  });
});
