import { join } from "node:path";
import { protocolDocument } from "./protocol/document.ts";
import { limitsIn, protocolPage } from "./protocol/markdown.ts";
import { swiftModels } from "./protocol/swift.ts";

const ROOT = join(import.meta.dir, "..");
const REFERENCE = join(ROOT, "docs", "reference");

/** A generated file: its path below the project and what belongs in it. */
interface Generated {
  readonly path: string;
  readonly text: string;
}

/** The JSON Schema document and the reference page. */
async function documents(): Promise<Generated[]> {
  const document = protocolDocument();
  const limits = limitsIn(await Bun.file(join(ROOT, "src", "protocol", "limits.ts")).text());
  return [
    await formatted("protocol.schema.json", JSON.stringify(document)),
    await formatted("protocol.md", protocolPage(document, limits)),
  ];
}

/** The Swift models; Swift is not formatted. */
function swift(): Generated[] {
  return [{ path: join(REFERENCE, "GatewayModels.swift"), text: swiftModels(protocolDocument()) }];
}

/** `text` as the project's formatter prints it, so that formatting the project changes no generated file. */
async function formatted(name: string, text: string): Promise<Generated> {
  const path = join(REFERENCE, name);
  const formatter = Bun.spawn([process.execPath, "fmt", "--stdin-filepath", path], {
    cwd: ROOT,
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

/** Writes what differs, or with `--check` only names it and fails. */
async function main(args: readonly string[]): Promise<number> {
  const files = args.includes("--swift") ? swift() : await documents();
  const stale: Generated[] = [];
  for (const file of files) {
    const onDisk = Bun.file(file.path);
    if (!(await onDisk.exists()) || (await onDisk.text()) !== file.text) stale.push(file);
  }
  const script = args.includes("--swift") ? "protocol:gen:swift" : "protocol:gen";
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

process.exitCode = await main(process.argv.slice(2));
