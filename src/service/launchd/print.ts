/** What `launchctl print` says of a job. */
export interface JobFacts {
  /** `running`, `waiting`, `spawn scheduled`, `not running` … */
  readonly state: string | undefined;
  readonly pid: number | undefined;
  readonly lastExitStatus: number | undefined;
  /** Beside the number: `EX_CONFIG`, `Killed: 9` … */
  readonly lastExitReason: string | undefined;
  /** How often launchd has started it since it was loaded. */
  readonly runs: number | undefined;
  /** The command line it was loaded with; `undefined` when launchd does not say. */
  readonly programArguments: readonly string[] | undefined;
  /** The variables it was loaded with, and those that launchd adds. */
  readonly environment: Readonly<Record<string, string>> | undefined;
  /** The property list it was loaded from. */
  readonly path: string | undefined;
}

/** Reads the answer of `launchctl print <domain>/<label>`; it is made for people and only its plain lines are used. */
export function parseJob(text: string): JobFacts {
  const values = new Map<string, string>();
  const blocks = new Map<string, string[]>();
  const open: string[] = [];
  // The first line names the job and opens its block.
  for (const line of text
    .split("\n")
    .slice(1)
    .map((one) => one.trim())) {
    const [, name] = /^(.+?) = \{$/.exec(line) ?? [];
    if (name !== undefined) {
      open.push(name);
      if (open.length === 1) blocks.set(name, []);
    } else if (line === "}") {
      open.pop();
    } else if (open.length === 1) {
      blocks.get(open[0] ?? "")?.push(line);
    } else if (open.length === 0) {
      const [, key, value] = /^([^=]+?) = (.*)$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined && !values.has(key)) values.set(key, value);
    }
  }
  const exit = values.get("last exit code") ?? values.get("last exit status");
  const [, named] = /^-?\d+: (.+)$/.exec(exit ?? "") ?? [];
  return {
    state: values.get("state"),
    pid: whole(values.get("pid")),
    lastExitStatus: whole(exit),
    lastExitReason: values.get("last terminating signal") ?? values.get("last exit reason") ?? named,
    runs: whole(values.get("runs")),
    programArguments: blocks.get("arguments"),
    environment: blocks.has("environment") ? assignments(blocks.get("environment") ?? []) : undefined,
    path: values.get("path"),
  };
}

/** Whether `launchctl print-disabled <domain>` lists the job as disabled; older systems say `true`. */
export function isDisabledIn(text: string, label: string): boolean {
  const listed = text
    .split("\n")
    .map((line) => /^"([^"]+)" => (\w+)/.exec(line.trim()))
    .find((match) => match?.[1] === label);
  return listed?.[2] === "disabled" || listed?.[2] === "true";
}

function assignments(lines: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^(\S+) => (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) found[name] = value;
  }
  return found;
}

function whole(text: string | undefined): number | undefined {
  const [digits] = /^-?\d+/.exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}
