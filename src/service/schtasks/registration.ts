import { renameSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { ServiceError } from "../errors.ts";
import type { ServiceIdentity } from "../identity.ts";
import type { ServiceMachine } from "../machine.ts";
import type { ServiceDefinition } from "../service.ts";
import { accountOf, environmentFileOf } from "./installed.ts";
import { type Answer, refused, type TaskScheduler } from "./scheduler.ts";
import { differences, readTask, type TaskFields } from "./task-reading.ts";
import { encodeTaskXml, taskXml } from "./task-xml.ts";

/** The XML a definition comes to on this machine. @throws ServiceError */
export function intendedXml(
  { env }: ServiceMachine,
  identity: ServiceIdentity,
  definition: ServiceDefinition,
  enabled: boolean,
): string {
  const user = accountOf(env, userInfo().username);
  return taskXml(definition, { user, envFile: environmentFileOf(identity), enabled });
}

/**
 * Registers a task and reads it back: what the Task Scheduler then has must be what was meant. Otherwise it is as it was
 * before, and the reason is thrown. A refusal to register anything is returned.
 */
export async function register(
  scheduler: TaskScheduler,
  { name, path }: ServiceIdentity,
  xml: string,
  previous: string | undefined,
): Promise<Answer> {
  const created = await createFrom(scheduler, name, path, xml);
  if (!created.ok) return created;
  const problem = await misregistered(scheduler, name, xml);
  if (problem === undefined) return created;
  if (previous === undefined) await scheduler.delete(name);
  else await createFrom(scheduler, name, path, previous);
  throw problem;
}

/** Hands the XML over as a file; it stays at `path` when it was taken, so that one can see what was meant. */
async function createFrom(
  scheduler: TaskScheduler,
  name: string,
  path: string,
  xml: string,
): Promise<Answer> {
  const staged = `${path}.${process.pid}.tmp`;
  writeFileSync(staged, encodeTaskXml(xml), { mode: 0o600 });
  try {
    const answer = await scheduler.create(name, staged);
    if (answer.ok) renameSync(staged, path);
    return answer;
  } finally {
    rmSync(staged, { force: true });
  }
}

async function misregistered(
  scheduler: TaskScheduler,
  name: string,
  xml: string,
): Promise<ServiceError | undefined> {
  const found = await scheduler.find(name);
  if (found.state === "unknown") return refused("show the new task", found.refusal);
  if (found.state === "missing") {
    return new ServiceError("failed", `The Task Scheduler accepted "${name}", but has no such task.`);
  }
  const wrong = differences(found.task, meant(xml));
  if (wrong.length === 0) return undefined;
  const list = wrong.map(
    ({ field, installed, expected }) => `${field}: ${installed ?? "none"} -> ${expected}`,
  );
  return new ServiceError(
    "failed",
    `The Task Scheduler registered "${name}" otherwise than asked (${list.join("; ")}); it was taken back.`,
    ["A policy of this machine may forbid it; ask its administrator."],
  );
}

/** Our own XML, read as one that was found. */
export function meant(xml: string): TaskFields {
  return readTask(xml) ?? new Map<string, string>();
}
