import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { readEnv, withServiceEnvironment } from "../../../src/config/index.ts";
import { tempHome } from "../../support/index.ts";

test("variables of a service's file win over the account's, where the gateway's state is included", async () => {
  await using home = await tempHome();
  const file = await home.write(
    "gateway.task.env",
    'OPENCLAW_STATE_DIR="C:\\\\Users\\\\me\\\\new"\nOPENCLAW_PROFILE="rescue"\n',
  );
  chmodSync(file, 0o600);
  const env = readEnv({ HOME: home.path, OPENCLAW_PROFILE: "other", LANG: "de" });
  const service = withServiceEnvironment(env, file);
  expect(service.raw).toMatchObject({ OPENCLAW_STATE_DIR: "C:\\Users\\me\\new", LANG: "de" });
  expect(service.profile).toBe("rescue");
});

test("a service's file that is missing or open to others is an error: without it this would be another gateway", async () => {
  await using home = await tempHome();
  const env = readEnv({ HOME: home.path });
  expect(() => withServiceEnvironment(env, home.at("gone.env"))).toThrow("gone.env");
  const open = await home.write("open.env", "A=1\n");
  chmodSync(open, 0o644);
  expect(() => withServiceEnvironment(env, open)).toThrow("chmod 600");
});
