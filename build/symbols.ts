import { SourceMap, type SourceMapPayload } from "node:module";

/** Name of the file with the source maps of a release, in `dist/`. */
export const SYMBOLS_FILE = "openclaw.symbols.zst";

/** Maps by the name of the piece of the program, as stack traces have it. */
type Symbols = Readonly<Record<string, SourceMapPayload>>;

/** Writes the maps of one build, without the sources, which the repository has. */
export async function writeSymbols(path: string, maps: ReadonlyMap<string, string>): Promise<void> {
  const symbols: Record<string, SourceMapPayload> = {};
  for (const [name, text] of maps) {
    symbols[name] = { ...(JSON.parse(text) as SourceMapPayload), sourcesContent: [] };
  }
  await Bun.write(path, Bun.zstdCompressSync(JSON.stringify(symbols)));
}

/** Reads what {@link writeSymbols} wrote. */
export async function readSymbols(path: string): Promise<Symbols> {
  const text = new TextDecoder().decode(await Bun.zstdDecompress(await Bun.file(path).bytes()));
  return JSON.parse(text) as Symbols;
}

/** A place in a piece of the program: `/$bunfs/root/chunk-0a1b2c3d.js:4:567`, on Windows `B:/~BUN/root/…`. */
const PLACE = /[^\s()]*[/\\]([\w.-]+):(\d+):(\d+)/g;

/** A stack trace, or a log with some, in which every place that the symbols know is one of our own files and lines. */
export function readTrace(trace: string, symbols: Symbols): string {
  const read = new Map<string, SourceMap>();
  return trace.replaceAll(PLACE, (whole, name: string, line: string, column: string) => {
    // The first piece is called like the executable.
    const payload = symbols[name.replace(/\.exe$/, "")];
    if (payload === undefined) return whole;
    const map = read.get(name) ?? new SourceMap(payload);
    read.set(name, map);
    const found = map.findEntry(Number(line) - 1, Number(column) - 1);
    return "originalSource" in found
      ? `${found.originalSource}:${found.originalLine + 1}:${found.originalColumn + 1}`
      : whole;
  });
}
