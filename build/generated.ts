import { join } from "node:path";

/** The project's top directory. */
export const PROJECT_DIR = join(import.meta.dir, "..");

/** Where generated reference pages and schemas are. */
export const REFERENCE_DIR = join(PROJECT_DIR, "docs", "reference");

/** A generated file: where it is and what belongs in it. */
export interface Generated {
  readonly path: string;
  readonly text: string;
}

/** `text` as the project's formatter prints it, so that formatting the project changes no generated file. */
export async function formatted(name: string, text: string): Promise<Generated> {
  const path = join(REFERENCE_DIR, name);
  const formatter = Bun.spawn([process.execPath, "fmt", "--stdin-filepath", path], {
    cwd: PROJECT_DIR,
    stdin: new TextEncoder().encode(text),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, complaint, exitCode] = await Promise.all([
    formatter.stdout.text(),
    formatter.stderr.text(),
    formatter.exited,
  ]);
  if (exitCode !== 0) throw new Error(`bun fmt cannot format ${name}: ${complaint}`);
  return { path, text: output };
}

/** Writes what differs, or with `--check` only names it; returns the exit code. `script` is what mends it. */
export async function settle(
  files: readonly Generated[],
  args: readonly string[],
  script: string,
): Promise<number> {
  const stale: Generated[] = [];
  for (const file of files) {
    const onDisk = Bun.file(file.path);
    if (!(await onDisk.exists()) || (await onDisk.text()) !== file.text) stale.push(file);
  }
  if (args.includes("--check")) {
    for (const file of stale) console.error(`${file.path} is stale; run: bun run ${script}`);
    return stale.length > 0 ? 1 : 0;
  }
  for (const file of stale) {
    await Bun.write(file.path, file.text);
    console.log(`wrote ${file.path}`);
  }
  return 0;
}
