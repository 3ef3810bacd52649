/**
 * A double of Windows' `schtasks`: tasks are files of a folder, `/Run` really starts what a task says, and `failures.json`
 * makes it fail as the real one does.
 */
import type { Element } from "@xmldom/xmldom";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beganAt } from "../running.ts";
import { argumentsOf } from "./command-line.ts";

/** How it fails; kept in `failures.json`. */
export interface Failures {
  /** `ERROR: Access is denied.` to these, as a policy says. */
  readonly denied?: readonly string[];
  /** These never answer. */
  readonly hangs?: readonly string[];
  /** `/Run` succeeds and starts nothing. */
  readonly silentRun?: boolean;
  /** `/Run` answers only once the program has ended: for one that does so at once. */
  readonly runsToEnd?: boolean;
  /** The words are German. */
  readonly german?: boolean;
  /** The registered task has this in place of what was asked, by the name of the element. */
  readonly alters?: Readonly<Record<string, string>>;
  /** A created task is left disabled. */
  readonly leavesDisabled?: boolean;
}

interface Action {
  readonly command: string;
  readonly line: string;
  readonly directory: string;
}

interface Task {
  xml: string;
  /** What it runs, noted when it is registered. */
  action?: Action;
  /** The group of processes that it runs as, and when the first of them began. */
  pid?: number | undefined;
  began?: string | undefined;
  lastResult: number;
}

/** Between two looks for the number of a program that was started. */
const LOOK_MS = 5;

const RUNNING = 267_009;
const NEVER_RAN = 267_011;
const ACCOUNT_ID = "S-1-5-21-1004336348-1177238915-682003330-1001";

const [stateDir = "", ...argv] = process.argv.slice(2);
const tasksDir = join(stateDir, "tasks");
mkdirSync(tasksDir, { recursive: true });
appendFileSync(join(stateDir, "calls.log"), `${JSON.stringify(argv)}\n`);
const failuresPath = join(stateDir, "failures.json");
const failures: Failures = existsSync(failuresPath) ? JSON.parse(readFileSync(failuresPath, "utf8")) : {};

const verb = argv[0] ?? "";
const option = (name: string) => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
const name = (option("/TN") ?? "").replace(/^\\/, "");

if (failures.hangs?.includes(verb)) await Bun.sleep(60_000);
if (failures.denied?.includes(verb)) fail("Access is denied.", "Zugriff verweigert");

switch (verb) {
  case "/Create":
    await create();
    break;
  case "/Query":
    await query();
    break;
  case "/Run":
    await run();
    break;
  case "/End":
    end();
    break;
  case "/Delete":
    if (read(name) === undefined) missing();
    rmSync(fileOf(name));
    say(`SUCCESS: The scheduled task "${name}" was successfully deleted.`);
    break;
  case "/Change":
    change();
    break;
  default:
    fail(`Invalid argument/option - '${verb}'.`, `Ungültiges Argument/Option - '${verb}'.`);
}

async function create(): Promise<void> {
  const bytes = readFileSync(option("/XML") ?? "");
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) fail("The task XML is malformed.", "Das Task-XML ist falsch.");
  if (read(name) !== undefined && !argv.includes("/F")) fail("The task exists.", "Die Aufgabe gibt es.");
  const { DOMParser, XMLSerializer } = await import("@xmldom/xmldom");
  const document = new DOMParser().parseFromString(bytes.subarray(2).toString("utf16le"), "text/xml");
  const all = (tag: string): Element[] => [...document.getElementsByTagName(tag)];
  // As the real one does: the account by its number, a name of its own, and what is the default left out.
  for (const id of all("Principal").flatMap((node) => [...node.getElementsByTagName("UserId")])) {
    id.textContent = ACCOUNT_ID;
  }
  for (const level of all("RunLevel")) level.parentNode?.removeChild(level);
  const uri = document.createElementNS(document.documentElement?.namespaceURI ?? "", "URI");
  uri.textContent = `\\${name}`;
  all("RegistrationInfo")[0]?.appendChild(uri);
  for (const [tag, text] of Object.entries(failures.alters ?? {})) {
    for (const node of all(tag)) node.textContent = text;
  }
  const xml = new XMLSerializer().serializeToString(document);
  // An instance that runs goes on.
  const { pid, began, lastResult = NEVER_RAN } = read(name) ?? {};
  write(name, {
    xml: failures.leavesDisabled ? enabled(xml, false) : xml,
    action: await actionOf(xml),
    lastResult,
    ...(pid && { pid, began }),
  });
  say(`SUCCESS: The scheduled task "${name}" has successfully been created.`);
}

async function query(): Promise<void> {
  const one = option("/TN") !== undefined;
  const task = one ? read(name) : undefined;
  if (one && task === undefined) missing();
  if (argv.includes("/XML")) {
    say(task?.xml ?? "");
    return;
  }
  const names = one
    ? [name]
    : readdirSync(tasksDir)
        .toSorted((a, b) => a.localeCompare(b))
        .map((file) => decodeURIComponent(file));
  for (const each of names) say(await rowOf(each, argv.includes("/V")));
}

async function rowOf(each: string, verbose: boolean): Promise<string> {
  const task = read(each);
  const running = isAlive(task);
  const status = running
    ? failures.german
      ? "Wird ausgeführt"
      : "Running"
    : failures.german
      ? "Bereit"
      : "Ready";
  const never = failures.german ? "Nicht zutreffend" : "N/A";
  const { command, line } = task?.action ?? (await actionOf(task?.xml ?? ""));
  const fields = verbose
    ? [
        "DESKTOP-1",
        `\\${each}`,
        never,
        status,
        failures.german ? "Nur interaktiv" : "Interactive only",
        "21.11.2026 10:00:00",
        String(running ? RUNNING : (noted(each) ?? task?.lastResult ?? 0)),
        "DESKTOP-1\\me",
        `${command} ${line}`,
      ]
    : [`\\${each}`, never, status];
  return fields.map((field) => `"${field}"`).join(",");
}

async function run(): Promise<void> {
  const task = read(name);
  if (task === undefined) return missing();
  if (/<Enabled>false<\/Enabled>\s*<Hidden>/.test(task.xml)) fail("The task is disabled.", "Deaktiviert.");
  const { command, line, directory } = task.action ?? (await actionOf(task.xml));
  if (!failures.silentRun && !isAlive(task)) {
    const result = resultPath(name);
    for (const old of [result, `${result}.pid`]) rmSync(old, { force: true });
    // Nobody waits for it here, so a shell writes down who it is and how it ended.
    const minded = ["/bin/sh", "-c", '"$@" & echo $! >"$0.pid"; wait $!; echo $? >"$0"', result];
    const child = Bun.spawn([...minded, command, ...argumentsOf(line)], {
      cwd: directory,
      env: process.env,
      stdio: ["ignore", "ignore", Bun.file(join(stateDir, "stderr.log"))],
      detached: true,
    });
    child.unref();
    write(name, { ...task, pid: child.pid, began: beganAt(child.pid), lastResult: 1 });
    // Whoever is told of the success may look for the number.
    while (!isWritten(failures.runsToEnd ? result : `${result}.pid`)) await Bun.sleep(LOOK_MS);
  }
  say(`SUCCESS: Attempted to run the scheduled task "${name}".`);
}

function end(): void {
  const task = read(name);
  if (task === undefined) return missing();
  if (!isAlive(task)) fail("There is no running instance of the task.", "Es läuft keine Instanz.");
  if (task.pid !== undefined) process.kill(-task.pid, "SIGKILL");
  rmSync(resultPath(name), { force: true });
  write(name, { ...task, pid: undefined, lastResult: 267_014 });
  say(`SUCCESS: The scheduled task "${name}" has been terminated successfully.`);
}

function change(): void {
  const task = read(name);
  if (task === undefined) return missing();
  write(name, { ...task, xml: enabled(task.xml, argv.includes("/ENABLE")) });
  say(`SUCCESS: The parameters of scheduled task "${name}" have been changed.`);
}

function enabled(xml: string, on: boolean): string {
  return xml.replace(/<Enabled>\w+<\/Enabled>(\s*<Hidden>)/, `<Enabled>${on}</Enabled>$1`);
}

async function actionOf(xml: string): Promise<Action> {
  if (xml === "") return { command: "", line: "", directory: "/" };
  const { DOMParser } = await import("@xmldom/xmldom");
  const document = new DOMParser().parseFromString(xml, "text/xml");
  const text = (tag: string) => document.getElementsByTagName(tag)[0]?.textContent ?? "";
  return { command: text("Command"), line: text("Arguments"), directory: text("WorkingDirectory") };
}

function isAlive(task: Task | undefined): boolean {
  const { pid, began } = task ?? {};
  return pid !== undefined && began !== undefined && beganAt(pid) === began;
}

function isWritten(path: string): boolean {
  return existsSync(path) && readFileSync(path, "utf8").endsWith("\n");
}

function fileOf(task: string): string {
  return join(tasksDir, encodeURIComponent(task));
}

function read(task: string): Task | undefined {
  return existsSync(fileOf(task)) ? JSON.parse(readFileSync(fileOf(task), "utf8")) : undefined;
}

/** In one step: somebody else may be reading. */
function write(task: string, content: Task): void {
  const aside = join(stateDir, `writing-${process.pid}`);
  writeFileSync(aside, JSON.stringify(content));
  renameSync(aside, fileOf(task));
}

function missing(): never {
  return fail(
    "The system cannot find the file specified.",
    "Das System kann die angegebene Datei nicht finden.",
  );
}

function fail(english: string, german: string): never {
  process.stderr.write(failures.german ? `FEHLER: ${german}\r\n` : `ERROR: ${english}\r\n`);
  process.exit(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\r\n`);
}

/** Where the exit code of the last instance is. */
function resultPath(task: string): string {
  return join(stateDir, `${encodeURIComponent(task)}.result`);
}

function noted(task: string): number | undefined {
  const path = resultPath(task);
  return existsSync(path) ? Number(readFileSync(path, "utf8")) : undefined;
}
