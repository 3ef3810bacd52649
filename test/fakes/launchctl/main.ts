import { appendFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { printedDisabled, printedJob, REFUSALS } from "./answers.ts";
import type { LoadedJob } from "./job.ts";
import { LaunchdState } from "./state.ts";

type Answer = readonly [exitCode: number, text: string];

const DONE: Answer = [0, ""];

/** One call of `launchctl`. */
function answer(state: LaunchdState, home: string, args: readonly string[]): Answer | Promise<Answer> {
  const [verb, ...rest] = args;
  const target = rest.at(verb === "bootstrap" ? 0 : -1) ?? "";
  const [kind, uid, label] = target.split("/");
  if (kind === "system") return systemJob(state, uid ?? "");
  const { session } = state.faults;
  if (verb === "print-disabled" && (session || kind === "user")) return [0, printedDisabled(state.disabled)];
  if (!session && verb === "bootstrap") return REFUSALS.noAction();
  if (!session && verb !== "enable" && verb !== "disable") return REFUSALS.noDomain(`user ${kind}: ${uid}`);
  switch (verb) {
    case "print": {
      if (label === undefined) return [0, `${target} = {\n\ttype = login\n}\n`];
      const job = state.job(label);
      return job ? [0, printedJob(job, state.run(label))] : REFUSALS.noService(label);
    }
    case "enable":
    case "disable":
      state.setDisabled(label ?? "", verb === "disable");
      return DONE;
    case "bootstrap":
      return bootstrap(state, home, target, rest[1] ?? "");
    case "bootout":
      return bootout(state, label ?? "");
    case "kickstart":
      if (state.job(label ?? "") === undefined) return REFUSALS.noService(label ?? "");
      state.order(label ?? "", rest.includes("-k") ? "kill" : "kick");
      return DONE;
    default:
      return [64, `Unrecognized subcommand: ${verb}`];
  }
}

async function bootstrap(state: LaunchdState, home: string, domain: string, path: string): Promise<Answer> {
  const { inProgress, bootstrapFails, bootstrapFailures } = state.faults;
  if (bootstrapFails !== "" && bootstrapFailures > 0) {
    state.setFaults({ bootstrapFailures: bootstrapFailures - 1 });
    return [1, bootstrapFails];
  }
  const left = state.read("io-errors-left.json", 0);
  if (left > 0) {
    state.write("io-errors-left.json", left - 1);
    return REFUSALS.ioError();
  }
  // launchd takes no list that others may write.
  if (!existsSync(path) || (statSync(path).mode & 0o022) !== 0) return REFUSALS.ioError();
  // Most calls only look, and the parser takes longer to load than they take.
  const { readPlist } = await import("./plist.ts");
  const plist = readPlist(path);
  const label = text(plist["Label"]);
  if (state.disabled[label] === true) return REFUSALS.disabled();
  if (state.job(label) !== undefined)
    return inProgress > 0 ? REFUSALS.bootstrapProgress() : REFUSALS.ioError();
  const list = plist["ProgramArguments"];
  const variables = plist["EnvironmentVariables"];
  const job: LoadedJob = {
    target: `${domain}/${label}`,
    label,
    plistPath: path,
    programArguments: Array.isArray(list) ? list.map(text) : [],
    environment: texts(variables),
    workingDirectory: text(plist["WorkingDirectory"]) || "/",
    outPath: text(plist["StandardOutPath"]) || "/dev/null",
    exitTimeoutMs: Number(plist["ExitTimeOut"] ?? 20) * 1_000,
    umask: Number(plist["Umask"] ?? 0o22),
    keepAlive: plist["KeepAlive"] === true,
  };
  state.save(job, undefined);
  Bun.spawn([process.execPath, join(import.meta.dir, "runner.ts"), home, label], {
    env: { PATH: process.env["PATH"] ?? "" },
    detached: true,
    stdio: ["ignore", "ignore", "ignore"],
  }).unref();
  if (inProgress === 0) return DONE;
  state.setFaults({ inProgress: inProgress - 1 });
  return REFUSALS.bootstrapProgress();
}

function bootout(state: LaunchdState, label: string): Answer {
  if (state.job(label) === undefined) return REFUSALS.noProcess();
  const { slowBootout, ioErrorsAfterBootout } = state.faults;
  state.order(label, "stop");
  state.write("io-errors-left.json", ioErrorsAfterBootout);
  return slowBootout ? REFUSALS.bootoutProgress() : DONE;
}

function systemJob(state: LaunchdState, label: string): Answer {
  return state.faults.systemJobs.includes(label)
    ? [0, `system/${label} = {\n\tstate = running\n\tpid = 1\n}\n`]
    : REFUSALS.noService(label);
}

function texts(value: unknown): Record<string, string> {
  const pairs = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(pairs.map(([name, one]) => [name, text(one)]));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const home = process.env["HOME"] ?? "";
const args = process.argv.slice(2);
const state = new LaunchdState(home);
mkdirSync(state.dir, { recursive: true });
appendFileSync(join(state.dir, "calls.log"), `${JSON.stringify(args)}\n`);
const [exitCode, said] = await answer(state, home, args);
(exitCode === 0 ? process.stdout : process.stderr).write(
  said === "" || said.endsWith("\n") ? said : `${said}\n`,
);
process.exitCode = exitCode;
