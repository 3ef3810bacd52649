import { describe, expect, test } from "bun:test";
import { lookupSchema } from "../../src/config/lookup.ts";

describe("looking up a key", () => {
  test("a leaf comes with its rules, its reload kind and its hint", () => {
    expect(lookupSchema("gateway.port")).toEqual({
      path: "gateway.port",
      schema: {
        type: "integer",
        minimum: 1,
        maximum: 65_535,
        default: 18_789,
        title: "Port",
        description: "The one port for WebSocket, HTTP and the Control UI.",
      },
      reloadKind: "restart",
      hint: { label: "Port", help: "The one port for WebSocket, HTTP and the Control UI.", advanced: false },
      hintPath: "gateway.port",
      children: [],
    });
  });

  test("an object comes with its children instead of its properties", () => {
    const found = lookupSchema("gateway");
    expect(found?.schema).toMatchObject({ type: "object", additionalProperties: false, title: "Gateway" });
    expect(found?.schema.properties).toBeUndefined();
    expect(found?.children.find(({ key }) => key === "port")).toMatchObject({
      key: "port",
      path: "gateway.port",
      type: "integer",
      required: false,
      hasChildren: false,
      reloadKind: "restart",
      hintPath: "gateway.port",
    });
    expect(found?.children.find(({ key }) => key === "reload")).toMatchObject({
      hasChildren: true,
      reloadKind: "none",
    });
  });

  test("names the user chose are found under the hint of any name", () => {
    const found = lookupSchema("channels.telegram.accounts.main.botToken");
    expect(found?.path).toBe("channels.telegram.accounts.main.botToken");
    expect(found?.hintPath).toBe("channels.telegram.accounts.*.botToken");
    expect(found?.hint?.sensitive).toBe(true);
    expect(lookupSchema('channels.telegram.accounts["a.b"].enabled')?.path).toBe(
      'channels.telegram.accounts["a.b"].enabled',
    );
    expect(lookupSchema("agents.list[0].id")?.path).toBe("agents.list.0.id");
    expect(lookupSchema("channels.telegram.accounts")?.children[0]).toMatchObject({
      key: "*",
      hasChildren: true,
    });
  });

  test("a dot is the root, with every section", () => {
    const root = lookupSchema(".");
    expect(root?.path).toBe(".");
    expect(root?.children.map(({ key }) => key)).toContain("gateway");
  });

  test("a key that is known and not supported says so, and so does everything below it", () => {
    for (const path of [
      "plugins",
      "plugins.entries.x.enabled",
      "gateway.portals.ingress",
      "channels.discord.token",
    ]) {
      const found = lookupSchema(path);
      expect(found?.path).toBe(path);
      expect(found?.schema.description).toBe("Known, not supported by this version: ignored.");
      expect(found?.children).toEqual([]);
    }
  });

  for (const path of [
    "",
    "nope",
    "gateway.nope",
    "gateway.port.x",
    "gateway..port",
    "a.".repeat(40) + "a",
    "[",
    "x]",
  ]) {
    test(`${JSON.stringify(path.slice(0, 20))} is no key`, () => expect(lookupSchema(path)).toBeUndefined());
  }
});
