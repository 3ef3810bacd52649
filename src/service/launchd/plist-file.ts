import { existsSync, readFileSync } from "node:fs";
import { ServiceError } from "../errors.ts";
import type { ServiceMachine } from "../machine.ts";
import { parsePlist, type PlistDict } from "./plist.ts";

/** How binary property lists begin. */
const BINARY_MAGIC = "bplist";

/** Converting one file is a matter of milliseconds. */
const PLUTIL_TIMEOUT_MS = 5_000;

/** Reads a property list in any of its forms; `undefined` when it is not there. @throws ServiceError when it is unreadable */
export async function readPlistFile(machine: ServiceMachine, path: string): Promise<PlistDict | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    const content = readFileSync(path);
    const binary = content.subarray(0, BINARY_MAGIC.length).toString("latin1") === BINARY_MAGIC;
    return parsePlist(binary ? await converted(machine, path) : content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError(
      "failed",
      `${path} could not be read: ${reason}`,
      [`Look at it with: plutil -p "${path}"`, "Write it anew with: openclaw gateway install --force"],
      { cause },
    );
  }
}

/** The XML of a binary property list, by the system's own converter. */
async function converted(machine: ServiceMachine, path: string): Promise<string> {
  const args = ["-convert", "xml1", "-o", "-", "--", path];
  const answer = await machine.run("plutil", args, { timeoutMs: PLUTIL_TIMEOUT_MS });
  if (answer === undefined) throw new Error("it is binary, and plutil is not installed");
  if (answer.exitCode !== 0) throw new Error((answer.stderr || answer.stdout).trim());
  return answer.stdout;
}
