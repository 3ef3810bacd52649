import { win32 } from "node:path";
import { splitArguments } from "./arguments.ts";

/** The texts of a task by their place below `Task`: `Settings.Priority` → `7`. */
export type TaskFields = ReadonlyMap<string, string>;

/** One field of a task that is not what it should be. */
export interface TaskDifference {
  readonly field: string;
  readonly installed: string | undefined;
  readonly expected: string;
}

/** What the Task Scheduler leaves out when it shows a task, because everybody knows it. */
const DEFAULTS: Readonly<Record<string, string>> = {
  "Triggers.LogonTrigger.Enabled": "true",
  "Principals.Principal.RunLevel": "LeastPrivilege",
  "Settings.MultipleInstancesPolicy": "IgnoreNew",
  "Settings.DisallowStartIfOnBatteries": "true",
  "Settings.StopIfGoingOnBatteries": "true",
  "Settings.AllowHardTerminate": "true",
  "Settings.StartWhenAvailable": "false",
  "Settings.RunOnlyIfNetworkAvailable": "false",
  "Settings.IdleSettings.StopOnIdleEnd": "true",
  "Settings.IdleSettings.RestartOnIdle": "false",
  "Settings.AllowStartOnDemand": "true",
  "Settings.Enabled": "true",
  "Settings.Hidden": "false",
  "Settings.RunOnlyIfIdle": "false",
  "Settings.WakeToRun": "false",
  "Settings.ExecutionTimeLimit": "PT72H",
  "Settings.Priority": "7",
};

const COMMAND = "Actions.Exec.Command";
const ARGUMENTS = "Actions.Exec.Arguments";
const DIRECTORY = "Actions.Exec.WorkingDirectory";
const ENABLED = "Settings.Enabled";

/** A Windows account by its number, which the Task Scheduler writes in place of the name. */
const ACCOUNT_ID = /^S-1-[\d-]+$/;

/** Reads what `schtasks /Query /XML` printed, or the bytes of a file; `undefined` for what is no task. */
export function readTask(input: string | Uint8Array<ArrayBuffer>): TaskFields | undefined {
  let document: unknown;
  try {
    // Printed into a pipe it may still have the zero bytes of UTF-16.
    const text = typeof input === "string" ? input.replaceAll("\0", "").replace(/^[^<]*/, "") : input;
    document = Bun.XML.parse(text);
  } catch {
    return undefined;
  }
  const task = childOf(document, "Task");
  if (task === undefined) return undefined;
  const fields = new Map<string, string>();
  collect(task, "", fields);
  return fields;
}

/** The executable and its arguments; empty when the task runs none. */
export function commandOf(task: TaskFields): readonly string[] {
  const command = task.get(COMMAND);
  if (command === undefined) return [];
  return [command.replace(/^"(.*)"$/, "$1"), ...splitArguments(task.get(ARGUMENTS) ?? "")];
}

/** Where the task runs its command. */
export function directoryOf(task: TaskFields): string | undefined {
  return task.get(DIRECTORY);
}

/** `false` when the task was disabled: it starts neither by itself nor on demand. */
export function isEnabled(task: TaskFields): boolean {
  return task.get(ENABLED) !== "false";
}

/** What of `expected` is not so in `installed`. Whether it is enabled is the operator's choice and no difference. */
export function differences(installed: TaskFields, expected: TaskFields): TaskDifference[] {
  return [...expected]
    .filter(([field]) => field !== ENABLED)
    .map(([field, text]) => ({ field, installed: installed.get(field) ?? DEFAULTS[field], expected: text }))
    .filter((one) => !isSame(one));
}

/** True for a field that says what is run, which an audit compares by itself. */
export function isCommandField(field: string): boolean {
  return field === COMMAND || field === ARGUMENTS;
}

function isSame({ field, installed, expected }: TaskDifference): boolean {
  if (installed === undefined) return false;
  if (installed === expected) return true;
  if (field.endsWith(".UserId")) {
    return ACCOUNT_ID.test(installed) || installed.toLowerCase() === expected.toLowerCase();
  }
  if (field === COMMAND || field === DIRECTORY) {
    if (win32.normalize(installed).toLowerCase() === win32.normalize(expected).toLowerCase()) return true;
  }
  return isSpoilt(installed, expected);
}

/** The console's code page may have no room for a letter. What stands before it is all that can be compared then. */
function isSpoilt(installed: string, expected: string): boolean {
  const foreign = expected.search(/[^\t\r\n\x20-\x7e]/);
  return foreign >= 0 && /[?\uFFFD]/.test(installed) && installed.startsWith(expected.slice(0, foreign));
}

function collect(node: unknown, place: string, fields: Map<string, string>): void {
  if (typeof node === "string") {
    // Of several triggers or actions the first one counts.
    if (!fields.has(place)) fields.set(place, node.trim());
    return;
  }
  if (Array.isArray(node)) {
    for (const one of node) collect(one, place, fields);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  for (const [name, child] of Object.entries(node)) {
    if (name.startsWith("@")) continue;
    collect(child, name === "#text" ? place : place === "" ? name : `${place}.${name}`, fields);
  }
}

function childOf(node: unknown, name: string): unknown {
  return typeof node === "object" && node !== null ? Reflect.get(node, name) : undefined;
}
