import { expect, test } from "bun:test";
import { type OpenClawConfig, validateConfig } from "../../../../src/config/index.ts";
import { hookPath } from "../../../../src/gateway/http/hooks/index.ts";
import { guardHooks } from "../../../../src/gateway/start/hooks-guard.ts";

function configOf(hooks: object): OpenClawConfig {
  const checked = validateConfig({ hooks });
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.config;
}

const pathOf = (path?: string) => {
  const { hooks } = configOf(path === undefined ? {} : { path });
  return hooks && hookPath(hooks);
};

test("the path of hooks begins with a slash and ends without one", () => {
  expect([undefined, "hooks", "/in/", "/in//"].map(pathOf)).toEqual(["/hooks", "/hooks", "/in", "/in"]);
  expect(["/", "", " / "].map(pathOf)).toEqual(["", "", ""]);
});

test("C12: hooks without a token, or on no path of their own, stop the start and say what mends it", () => {
  const guard = (hooks: object) => () => guardHooks(configOf(hooks));
  expect(guard({ enabled: true })).toThrow(/hooks.enabled needs a token/);
  expect(guard({ enabled: true, token: " " })).toThrow(/hooks.enabled needs a token/);
  for (const path of ["/", "", "/a b", "/a/*", "/a?b", "//", "/a//b", "/%2e"]) {
    expect([path, guard({ enabled: true, token: "t", path })]).toSatisfy(([, run]) => throws(run));
  }
  expect(guard({ enabled: true, token: "t", path: "/in/hooks" })).not.toThrow();
  expect(guard({ path: "/" })).not.toThrow();
});

function throws(run: unknown): boolean {
  try {
    if (typeof run === "function") run();
    return false;
  } catch (error) {
    return error instanceof Error && error.message.includes("hooks.path");
  }
}
