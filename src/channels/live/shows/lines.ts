import type { ToolCall } from "./show.ts";

/** What stands above the lines where nothing says more. */
export const WORKING = "Working";

/** What is said of a tool. */
function toolLine({ name, phase, isError }: ToolCall): string {
  return phase === "end" && isError === true ? `⚠️ ${name} failed` : `🛠️ ${name}`;
}

/** One line of at most `max` characters, ended at a word if there is one near. */
export function clipped(text: string, max: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= max) return line;
  const cut = within(line, max - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > max / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/** The first `max` UTF-16 units without half a character at the end. */
export function within(text: string, max: number): string {
  const cut = text.slice(0, Math.max(0, max));
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** Lines about tools; a tool that ends badly changes its line, the oldest lines go. */
export class Lines {
  private readonly entries: { readonly id: string | undefined; text: string }[] = [];

  constructor(
    private readonly maxLines: number,
    private readonly maxChars: number,
  ) {}

  add(text: string, id?: string): void {
    this.entries.push({ id, text: clipped(text, this.maxChars) });
    if (this.entries.length > this.maxLines) this.entries.shift();
  }

  tool(call: ToolCall): void {
    if (call.phase === "start") return this.add(toolLine(call), call.id);
    const entry = this.entries.findLast(({ id }) => id === call.id);
    if (entry) entry.text = clipped(toolLine(call), this.maxChars);
  }

  clear(): void {
    this.entries.length = 0;
  }

  get all(): readonly string[] {
    return this.entries.map(({ text }) => text);
  }
}
