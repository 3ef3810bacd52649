import { join } from "node:path";
import { readSymbols, readTrace, SYMBOLS_FILE } from "./symbols.ts";

// bun build/trace.ts [openclaw.symbols.zst] < trace: the trace of a release with our own files and lines in it.

const [symbolsPath = join(import.meta.dir, "..", "dist", SYMBOLS_FILE)] = process.argv.slice(2);
process.stdout.write(readTrace(await Bun.stdin.text(), await readSymbols(symbolsPath)));
