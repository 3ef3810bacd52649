import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { CliError } from "../../../src/cli/errors.ts";
import { restartGateway } from "../../../src/cli/service/operate.ts";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import { fakeSystemd } from "../../fakes/systemctl/index.ts";
import { freePort, openclawBinary, tempHome } from "../../support/index.ts";
import { sessionIn } from "./session.ts";

/** Strides at the beginning, as long as half a minute decides, and those after it: each wait is so many times as long. */
const SHORT_STRIDES = 2;
const SHORT_STRIDE = 50;
const LONG_STRIDE = 3_000;

/**
 * A clock on which time passes by being waited for alone, in strides from when a file is there: what the programs in
 * between need is up to the machine and takes no time.
 */
function stridingFrom(mark: string): Clock {
  let told = 0;
  let strides = 0;
  const stride = () => {
    strides += 1;
    return strides > SHORT_STRIDES ? LONG_STRIDE : SHORT_STRIDE;
  };
  return {
    now: () => systemClock.now(),
    monotonic: () => told,
    after: (ms, fn) =>
      systemClock.after(ms, () => {
        told += ms * (existsSync(mark) ? stride() : 1);
        fn();
      }),
    every: (ms, fn) => systemClock.every(ms, fn),
  };
}

/** A service whose program is this shell script, and what a restart of it came to. */
async function restarted(script: string) {
  await using home = await tempHome();
  using systemd = await fakeSystemd(home);
  const port = await freePort();
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", port } });
  const mark = home.at("started");
  const wrapper = await home.write("bin/gate", `#!/bin/sh\n: > '${mark}'\n${script}\n`);
  await chmod(wrapper, 0o755);
  const unit = `[Service]\nExecStart=${wrapper} gateway --port ${port}\nWorkingDirectory=${home.path}\nEnvironment=HOME=${home.path}\n`;
  await home.write(".config/systemd/user/openclaw-gateway.service", unit);
  const told: string[] = [];
  const session = sessionIn(home, systemd.env, (text) => told.push(text));
  const failure: unknown = await restartGateway({ ...session, clock: stridingFrom(mark) }).catch(
    (error: unknown) => error,
  );
  return { failure, told: told.join("") };
}

test("a gateway whose process is there but does not answer is given five minutes, is left to go on, and the exit code is 2", async () => {
  await openclawBinary();
  const { failure, told } = await restarted("exec sleep 60");
  expect(failure).toBeInstanceOf(CliError);
  expect(failure).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/\(pid \d+\) is still starting after 5 minutes/),
    fields: { code: "still-starting" },
    beside: { result: "still-starting" },
    hint: expect.stringContaining("openclaw gateway status --deep"),
  });
  expect(told).toMatch(/The gateway \(pid \d+\) is still starting after \d+ s on port \d+/);
}, 60_000);

test("a gateway that ends before it answers is a failure at once, and the exit code is 1", async () => {
  const { failure } = await restarted("echo 'no luck today'; exit 3");
  expect(failure).toMatchObject({
    exitCode: 1,
    fields: { code: "no-answer" },
    beside: { result: "restart-health-failed" },
    message: expect.stringContaining("no luck today"),
  });
});
