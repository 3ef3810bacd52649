import { join } from "node:path";
import { hostExecutable } from "./targets.ts";
import { prepareTestMachine } from "./test-machine.ts";

// Runs before anything is installed: no packages may be imported here.

const PROJECT_DIR = join(import.meta.dir, "..");

/** Tools print colour only where a person sees it. */
const ENV = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
const BUN = process.execPath;

/** Files tested at a time: many tests wait for time to pass, which costs nobody anything; more would disturb one another. */
const WORKERS = 2;

/** Tests that see how a gateway answers others while it is under attack: nobody else may take the processor from it. */
const ALONE: readonly string[] = ["test/e2e/agent-security", "test/e2e/scale"];

/** Tests that mostly wait, for a time to pass or a process to end: they run beside the others and cost them little. */
const WAITING: readonly string[] = [
  "test/e2e/channel-durability",
  "test/e2e/durability/provider-faults.test.ts",
  "test/e2e/systemd",
  "test/e2e/telegram/crash.test.ts",
  "test/e2e/telegram/waits.test.ts",
  "test/e2e/wire/trickles.test.ts",
];

/**
 * When a test counts as hung, unless it says otherwise: most need a tenth of a second, and a busy machine is no failure. What
 * has to be quick is asserted by the test itself.
 */
const HUNG_AFTER_MS = 20_000;

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Nothing after it can work when it fails. */
  readonly vital?: boolean;
}

interface Scripts {
  readonly scripts?: Readonly<Record<string, string>>;
}

async function steps(): Promise<Step[]> {
  const { scripts = {} } = (await Bun.file(join(PROJECT_DIR, "package.json")).json()) as Scripts;
  const generated = Object.keys(scripts).filter((name) => name.includes(":gen"));
  return [
    { name: "install", command: ["install", "--frozen-lockfile"], vital: true },
    { name: "format", command: ["fmt", "--check"] },
    { name: "types", command: ["check"] },
    { name: "types of the Control UI", command: ["check", "-p", "src/ui/page"] },
    { name: "types of its tests", command: ["check", "-p", "test/ui"] },
    { name: "lint", command: ["run", "lint"] },
    { name: "layers", command: ["run", "layers"] },
    ...generated.map((name) => ({ name: `${name} is current`, command: ["run", name, "--check"] })),
    { name: "build", command: ["run", "build"], vital: true },
  ];
}

/** Runs a quiet step; its output is shown only when it fails. */
async function run(step: Step): Promise<boolean> {
  const started = performance.now();
  const child = Bun.spawn([BUN, ...step.command], {
    cwd: PROJECT_DIR,
    env: ENV,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  report(step.name, code === 0, started);
  if (code !== 0) console.log(`\n$ bun ${step.command.join(" ")}\n${stdout}${stderr}`);
  return code === 0;
}

function report(name: string, ok: boolean, startedMs: number): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${ok ? "ok  " : "FAIL"}  ${name.padEnd(34)} ${seconds.padStart(6)} s`);
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What was printed about each test that failed. */
  readonly failures: readonly string[];
}

/** Runs the tests, against the executable that was just built; all of them, or those that `filters` name. */
async function runTests(filters: readonly string[]): Promise<Outcome> {
  const started = performance.now();
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] as string[] };
  const add = ({ passed, failed, skipped, failures }: Outcome): void => {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.failures.push(...failures);
  };
  if (filters.length > 0) {
    add(await runPart(filters));
  } else {
    const elsewhere = [...ALONE, ...WAITING].map((path) => (path.endsWith(".ts") ? path : `${path}/**`));
    const ignored = elsewhere.map((pattern) => `--path-ignore-patterns=${pattern}`);
    const waiting = runPart(["--pass-with-no-tests", ...WAITING], { quietly: true });
    add(await runPart([`--parallel=${WORKERS}`, ...ignored]));
    add(await waiting);
    add(await runPart(["--pass-with-no-tests", ...ALONE]));
  }
  report("tests", total.failed === 0, started);
  return total;
}

/** Passes the output on as it comes, or, so that it is not mixed with that of others, once it is complete. */
async function runPart(args: readonly string[], { quietly = false } = {}): Promise<Outcome> {
  const child = Bun.spawn([BUN, "test", `--timeout=${HUNG_AFTER_MS}`, ...args], {
    cwd: PROJECT_DIR,
    env: { ...ENV, OPENCLAW_TEST_BINARY: join(PROJECT_DIR, "dist", hostExecutable()) },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [, summary, code] = await Promise.all([
    quietly ? child.stdout.text() : passOn(child.stdout, process.stdout),
    quietly ? child.stderr.text() : passOn(child.stderr, process.stderr),
    child.exited,
  ]);
  if (quietly) process.stderr.write(summary);
  const failed = countOf(summary, "fail");
  return {
    passed: countOf(summary, "pass"),
    // A run that ends badly without naming a failed test (a crash, a file that does not load) is a failure all the same.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: countOf(summary, "skip") + countOf(summary, "todo"),
    failures: failuresIn(summary),
  };
}

async function passOn(stream: ReadableStream<Uint8Array>, to: NodeJS.WritableStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    to.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

/** Reads a figure of the closing summary, such as ` 12 pass`. */
function countOf(summary: string, word: string): number {
  const lines = [...summary.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, "gm"))];
  return Number(lines.at(-1)?.[1] ?? 0);
}

/** What the output says of each test that failed: all since the test before it, its own line, and the reason below that. */
function failuresIn(output: string): string[] {
  const failures: string[] = [];
  let block: string[] = [];
  const lines = Bun.stripANSI(output).split("\n");
  for (const [index, line] of lines.entries()) {
    if (/^\s*\d+ pass$|^\d+ tests? failed:$/.test(line)) break;
    if (block.length > 0 || !line.startsWith("  ^ ")) block.push(line);
    if (!/^\((?:pass|fail|skip|todo)\) /.test(line)) continue;
    const reason = lines[index + 1]?.startsWith("  ^ ") === true ? [lines[index + 1]] : [];
    if (line.startsWith("(fail)")) failures.push([...block, ...reason].join("\n").trim());
    block = [];
  }
  return failures;
}

async function main(): Promise<number> {
  const started = performance.now();
  let failedSteps = 0;
  let counts: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [] };
  let goOn = true;
  for (const step of await steps()) {
    if (await run(step)) continue;
    failedSteps += 1;
    if (step.vital) {
      goOn = false;
      break;
    }
  }
  if (goOn) {
    for (const line of await prepareTestMachine()) console.log(line);
    counts = await runTests(process.argv.slice(2));
  }
  // Thousands of lines may lie between a failure and the end of the output, which is where people look.
  for (const failure of counts.failures) console.log(`\n${failure}\n`);
  const failed = counts.failed + failedSteps;
  report("everything", failed === 0, started);
  if (counts.skipped > 0) console.log(`${counts.skipped} skipped`);
  // The last line, alone and always in these words: whoever runs this reads its outcome there.
  console.log(`${counts.passed} passed, ${failed} failed`);
  return failed === 0 && counts.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
