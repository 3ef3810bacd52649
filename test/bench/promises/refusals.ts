import { ASKING_CONFIG, askingCommands, NEEDS_URL } from "../../cli/service/asking.ts";
import { freePort, runOpenclaw, spawnGateway, tempHome } from "../../support/index.ts";
import { type Measured, median } from "../figures.ts";

const RUNS = 3;
const STARTS = 7;

/** Commands with no gateway to ask, and a start where another gateway is. */
export async function refusals(): Promise<Measured> {
  return { "down-worst": await slowestCommand(), "busy-port": await startOnBusyPort() };
}

/** Of every command that asks the gateway, the one that takes longest to say that there is none. */
async function slowestCommand(): Promise<number> {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", ASKING_CONFIG);
  const port = await freePort();
  const byPort = ["--port", String(port)];
  const byUrl = ["--url", `ws://127.0.0.1:${port}`, "--token", "s3cret"];
  let slowest = { name: "", ms: 0 };
  for (const { name, argv } of askingCommands()) {
    const args = [...argv, ...(NEEDS_URL.includes(name) ? byUrl : byPort), "--json"];
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const began = performance.now();
      const { code } = await runOpenclaw(args, { home: home.path, env: { A_KEY: "sk-bench" } });
      samples.push(performance.now() - began);
      if (code === null) throw new Error(`openclaw ${name} did not end`);
    }
    const ms = median(samples);
    if (ms > slowest.ms) slowest = { name, ms };
  }
  console.error(`slowest with no gateway there: openclaw ${slowest.name}, ${slowest.ms.toFixed(0)} ms`);
  return slowest.ms;
}

async function startOnBusyPort(): Promise<number> {
  await using holder = await spawnGateway();
  await using home = await tempHome();
  const samples: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const began = performance.now();
    const { code, stderr } = await runOpenclaw(
      ["gateway", "--allow-unconfigured", "--port", String(holder.port)],
      { home: home.path, env: { OPENCLAW_GATEWAY_TOKEN: "bench-token" } },
    );
    samples.push(performance.now() - began);
    if (code === 0 || !stderr.includes(`pid ${holder.pid}`)) throw new Error(`not refused: ${stderr}`);
  }
  return median(samples);
}
