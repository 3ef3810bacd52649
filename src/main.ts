#!/usr/bin/env bun
import { versionLine } from "./lib/version.ts";

const argv = process.argv.slice(2);
const first = argv[0];
if (first === "--version" || first === "-V") {
  // Answered before anything else is loaded: scripts ask this often.
  console.log(versionLine());
} else {
  const { runCli } = await import("./cli/index.ts");
  process.exitCode = await runCli(argv);
}
