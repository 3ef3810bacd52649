import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_DIR } from "./binary.ts";
import { tempHome } from "./temp-home.ts";
import { until } from "./wait.ts";
import { isAlive } from "./alive.ts";

const SUPPORT = join(PROJECT_DIR, "test", "support");

test("what a test that failed has left running ends when the tests are over", async () => {
  await using home = await tempHome();
  await home.write(
    "failing.test.ts",
    `import { expect, test } from "bun:test";
     import { endWithTests } from ${JSON.stringify(join(SUPPORT, "leftovers.ts"))};
     test("fails", () => {
       const child = Bun.spawn(["sleep", "600"]);
       endWithTests(() => child.kill("SIGKILL"));
       console.log("pid", child.pid);
       expect(1).toBe(2);
     });`,
  );
  for (const how of [[], ["--parallel=2"]]) {
    const run = Bun.spawn(
      [process.execPath, "test", ...how, "--preload", join(SUPPORT, "preload.ts"), "./failing.test.ts"],
      { cwd: home.path, stdout: "pipe", stderr: "pipe" },
    );
    const [stdout, stderr, code] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
    const pid = Number(/^pid (\d+)$/m.exec(`${stdout}\n${stderr}`)?.[1]);
    expect(code).toBe(1);
    expect(pid).toBeGreaterThan(1);
    await until("the program to be gone", () => !isAlive(pid));
  }
});
