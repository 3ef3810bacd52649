import { hostname } from "node:os";
import { basename } from "node:path";
import type { HostFacts } from "./sections.ts";

/** This machine, as the runtime line names it. */
export function hostFacts(env: Readonly<Record<string, string>>): HostFacts {
  const shell = env["SHELL"];
  return {
    name: hostname(),
    system: `${process.platform} ${process.arch}`,
    shell: shell === undefined ? undefined : basename(shell),
  };
}
