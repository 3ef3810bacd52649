import { describe, expect, test } from "bun:test";
import type { Route } from "../../../src/gateway/http/route.ts";
import { RouteTable } from "../../../src/gateway/http/route-table.ts";

function route(path: string): Route {
  return { path, methods: ["GET"], auth: "none", summary: "", handle: () => new Response() };
}

const TABLE = new RouteTable(
  ["/v1/models", "/v1/models/*", "/sessions/*/history", "/a/*/b/*"].map((path) => route(path)),
);

function found(path: string): unknown {
  const result = TABLE.find(path);
  return result && [result.route.path, ...result.params];
}

describe("routes with wildcards", () => {
  test("an exact path wins over a pattern", () => {
    expect(found("/v1/models")).toEqual(["/v1/models"]);
  });

  test("a wildcard at the end takes all that follows, slashes too, and nothing", () => {
    expect(found("/v1/models/openclaw%2Fx")).toEqual(["/v1/models/*", "openclaw%2Fx"]);
    expect(found("/v1/models/openclaw/x/y")).toEqual(["/v1/models/*", "openclaw/x/y"]);
    expect(found("/v1/models/")).toEqual(["/v1/models/*", ""]);
  });

  test("a wildcard in the middle takes one segment, and never none", () => {
    expect(found("/sessions/agent%3Amain/history")).toEqual(["/sessions/*/history", "agent%3Amain"]);
    expect(found("/sessions//history")).toBeUndefined();
    expect(found("/sessions/a/b/history")).toBeUndefined();
    expect(found("/sessions/a/history/")).toBeUndefined();
    expect(found("/a/1/b/2/3")).toEqual(["/a/*/b/*", "1", "2/3"]);
  });

  test("what is near a path is not at it", () => {
    for (const path of ["/", "/v1", "/v1/modelsx", "/sessions", "/sessions/a", "//v1/models", "/V1/models"]) {
      expect([path, found(path)]).toEqual([path, undefined]);
    }
  });
});

test("a path that the configuration moves is found where it is now, and nowhere while it is off", () => {
  let at: string | undefined = "/hooks";
  const table = new RouteTable([{ ...route("/hooks/*"), at: () => at }, route("/*")]);
  const where = (path: string) => table.find(path)?.route.path;
  expect([where("/hooks/wake"), table.find("/hooks/wake")?.params]).toEqual(["/hooks/*", ["wake"]]);
  expect(where("/hooks")).toBe("/*");
  at = "/in/events";
  expect([where("/hooks/wake"), where("/in/events/wake")]).toEqual(["/*", "/hooks/*"]);
  at = undefined;
  expect(where("/in/events/wake")).toBe("/*");
});
