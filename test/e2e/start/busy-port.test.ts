import { expect, test } from "bun:test";
import { freePort, runOpenclaw, spawnGateway, type TempHome, tempHome, until } from "../../support/index.ts";
import { fakeTool, startProgram } from "../program.ts";

const LSOF = Bun.which("lsof");

/** A program of no relation that listens on a port; with `stubborn` it ignores SIGTERM. */
async function stranger(home: TempHome, { stubborn = false } = {}) {
  const port = await freePort();
  const script = await home.write(
    "stranger.ts",
    `${stubborn ? 'process.on("SIGTERM", () => console.log("no"));' : ""}
     Bun.serve({ hostname: "127.0.0.1", port: ${port}, fetch: () => new Response("stranger") });
     console.log("up");`,
  );
  const child = Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "inherit" });
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  return {
    port,
    pid: child.pid,
    exited: child.exited,
    signalCode: () => child.signalCode,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** An lsof for machines without one: it knows one listener, and keeps what it was asked. */
async function fakeLsof(home: TempHome, pid: number) {
  const dir = await fakeTool(
    home,
    "tools",
    "lsof",
    `echo "$@" >> "${home.at("lsof-args")}"
     kill -0 ${pid} 2>/dev/null || exit 1
     printf 'p${pid}\\ncstranger\\nLann\\nn127.0.0.1:1\\n'`,
  );
  return { PATH: `${dir}:/usr/bin:/bin` };
}

const TOKEN = { OPENCLAW_GATEWAY_TOKEN: "busy-token" };

test("B15: a port held by another gateway is refused at once, with the holder's name (seeds 107, 235)", async () => {
  await using first = await spawnGateway();
  await using home = await tempHome();
  const { code, stderr } = await runOpenclaw(
    ["gateway", "--allow-unconfigured", "--port", String(first.port)],
    { home: home.path, env: TOKEN },
  );
  // Whoever waited for the port would wait in vain, and be killed.
  expect(code).toBe(1);
  expect(stderr).toContain(`another gateway instance is already listening on ws://127.0.0.1:${first.port}`);
  expect(stderr).toContain("EADDRINUSE");
  expect(stderr).toContain("openclaw gateway stop");
  expect(stderr).toContain(`Port ${first.port} is already in use.`);
  expect(stderr).toContain(`- pid ${first.pid}`);
  expect(stderr).toMatch(/OpenClaw Gateway, version \d{4}\./);
  expect((await fetch(`${first.httpUrl}/readyz`)).status).toBe(200);
});

test("B15: under a supervisor a healthy gateway of another state folder keeps the port, and exit code 78 keeps the start from being repeated (seeds 107, 235)", async () => {
  await using holder = await spawnGateway({ env: { OPENCLAW_PROFILE: "rescue" } });
  await using home = await tempHome();
  const start = ["gateway", "--allow-unconfigured", "--port", String(holder.port)];
  const version = (await runOpenclaw(["--version"], { home: home.path })).stdout.split(" ")[1] ?? "?";
  const marks: Record<string, string>[] = [
    { OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "gateway" },
    { OPENCLAW_SYSTEMD_UNIT: "openclaw-gateway.service" },
    { OPENCLAW_WINDOWS_TASK_NAME: "OpenClaw Gateway" },
  ];
  for (const mark of marks) {
    const env = { ...TOKEN, ...mark };
    const { code, stderr } = await runOpenclaw(start, { home: home.path, env });
    expect(code).toBe(78);
    expect(stderr).toContain(`pid ${holder.pid}`);
    expect(stderr).toContain(`OpenClaw Gateway (rescue), version ${version}`);
    expect(stderr).toContain("left in control");
  }
  await using stranded = await stranger(home);
  const other = ["gateway", "--allow-unconfigured", "--port", String(stranded.port)];
  const refused = await runOpenclaw(other, { home: home.path, env: { ...TOKEN, ...marks[0] } });
  expect(refused.code).toBe(1);
});

test("B15: a port held by some other program is refused with that program's name (seed 235)", async () => {
  await using home = await tempHome();
  await using holder = await stranger(home);
  const { code, stderr } = await runOpenclaw(
    ["gateway", "--allow-unconfigured", "--port", String(holder.port)],
    { home: home.path, env: { ...TOKEN, ...(await fakeLsof(home, holder.pid)) } },
  );
  expect(code).toBe(1);
  expect(stderr).toContain("EADDRINUSE");
  expect(stderr).toContain(`- pid ${holder.pid} ann: stranger (127.0.0.1:1)`);
  expect(stderr).not.toContain("another gateway");
  expect(await (await fetch(`http://127.0.0.1:${holder.port}/`)).text()).toBe("stranger");
});

for (const tool of LSOF ? ["a stand-in lsof", "the real lsof"] : ["a stand-in lsof"]) {
  test(`--force ends the listener with SIGTERM, says whom, and starts; by ${tool} (seeds 11, 12, 13)`, async () => {
    await using home = await tempHome();
    await using holder = await stranger(home);
    const path = tool === "the real lsof" ? {} : await fakeLsof(home, holder.pid);
    await using gateway = await startProgram(
      ["gateway", "--allow-unconfigured", "--force", "--port", String(holder.port)],
      { home, env: { ...TOKEN, ...path } },
    );
    await gateway.said(/\bready\b/);
    expect(await holder.exited).not.toBe(0);
    expect(holder.signalCode()).toBe("SIGTERM");
    expect(gateway.output()).toMatch(
      new RegExp(`force: killed pid ${holder.pid} \\(.+\\) on port ${holder.port}`),
    );
    expect(gateway.output()).toMatch(/force: waited \d+ms for port \d+ to free/);
    expect(gateway.output()).not.toContain("SIGKILL");
    expect((await fetch(`http://127.0.0.1:${holder.port}/readyz`)).status).toBe(200);
    if (tool !== "the real lsof") {
      const [asked = ""] = (await Bun.file(home.at("lsof-args")).text()).split("\n");
      expect(asked).toContain(`-iTCP:${holder.port} -sTCP:LISTEN`);
    }
  });

  test(`--force escalates to SIGKILL on a listener that ignores SIGTERM; by ${tool} (seed 13)`, async () => {
    await using home = await tempHome();
    await using holder = await stranger(home, { stubborn: true });
    const path = tool === "the real lsof" ? {} : await fakeLsof(home, holder.pid);
    await using gateway = await startProgram(
      ["gateway", "--allow-unconfigured", "--force", "--port", String(holder.port)],
      { home, env: { ...TOKEN, ...path } },
    );
    await gateway.said(/\bready\b/);
    await holder.exited;
    expect(holder.signalCode()).toBe("SIGKILL");
    expect(gateway.output()).toContain(`force: escalated to SIGKILL while freeing port ${holder.port}`);
  });
}

test("--force ends a gateway cleanly, and the next one on the same state folder starts (seed 11)", async () => {
  await using home = await tempHome();
  await using first = await spawnGateway({ home });
  await using second = await spawnGateway({
    home,
    port: first.port,
    args: ["--force"],
    env: LSOF ? {} : await fakeLsof(home, first.pid),
  });
  expect(await first.exited).toBe(0);
  expect(first.output()).toContain("received SIGTERM");
  // The port may have been answered by the first gateway still: what the second says is what counts.
  const killed = `force: killed pid ${first.pid}`;
  await until("the second gateway to say whom it ended", () => second.output().includes(killed));
  await until("the second gateway to be ready", () => second.output().includes(`pid=${second.pid}`));
});

test("--force on a free port ends nothing (seed 11)", async () => {
  await using home = await tempHome();
  await using gateway = await spawnGateway({
    home,
    args: ["--force"],
    env: LSOF ? {} : await fakeLsof(home, 0),
  });
  expect(gateway.output()).not.toContain("force:");
});

test("--force without lsof fails fast and leaves the listener alone (seed 14)", async () => {
  await using home = await tempHome();
  await using holder = await stranger(home);
  await home.write("empty/.keep", "");
  const { code, stderr } = await runOpenclaw(
    ["gateway", "--allow-unconfigured", "--force", "--port", String(holder.port)],
    { home: home.path, env: { ...TOKEN, PATH: home.at("empty") } },
  );
  expect(code).toBe(1);
  expect(stderr).toContain("lsof not found; required for --force");
  expect(await (await fetch(`http://127.0.0.1:${holder.port}/`)).text()).toBe("stranger");
});

test("--force never ends the gateway itself, even when lsof names it (seed 11)", async () => {
  await using home = await tempHome();
  // $PPID of the stand-in is the gateway that asks.
  const dir = await fakeTool(home, "tools", "lsof", `printf 'p%s\\ncopenclaw\\n' "$PPID"`);
  await using gateway = await spawnGateway({
    home,
    args: ["--force"],
    env: { PATH: `${dir}:/usr/bin:/bin` },
  });
  expect((await fetch(`${gateway.httpUrl}/readyz`)).status).toBe(200);
});
