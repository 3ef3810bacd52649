import { build } from "plist";
import { readPlist } from "./plist.ts";

// `plutil -convert xml1 -o - -- <path>`: any property list as XML on standard output.
const path = process.argv.at(-1) ?? "";
try {
  process.stdout.write(build(readPlist(path)));
} catch (error) {
  process.stderr.write(`${path}: Property List error: ${String(error)}\n`);
  process.exitCode = 1;
}
