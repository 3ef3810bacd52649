/**
 * One argument as programs on Windows read it back out of their command line: in quotes where that is needed, with a
 * backslash before each quote, and twice as many where backslashes stand before one.
 */
export function quoteArgument(argument: string, { always = false } = {}): string {
  if (!always && argument !== "" && !/[\s"]/.test(argument)) return argument;
  const escaped = argument.replaceAll(/(\\*)(?:"|$)/g, (match, slashes: string) =>
    match.endsWith('"') ? `${slashes}${slashes}\\"` : `${slashes}${slashes}`,
  );
  return `"${escaped}"`;
}

/** A command line without the program: what stands in a task as its arguments. */
export function joinArguments(args: readonly string[]): string {
  return args.map((argument) => quoteArgument(argument)).join(" ");
}

/** The arguments in a command line, by the rules of Windows' own C library. */
export function splitArguments(line: string): string[] {
  const args: string[] = [];
  let current: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (char === "\\") {
      const slashes = /^\\+/.exec(line.slice(at))?.[0].length ?? 1;
      const beforeQuote = line[at + slashes] === '"';
      current = (current ?? "") + "\\".repeat(beforeQuote ? Math.floor(slashes / 2) : slashes);
      at += slashes - 1;
      if (beforeQuote && slashes % 2 === 1) {
        current += '"';
        at += 1;
      }
    } else if (char === '"') {
      current ??= "";
      if (quoted && line[at + 1] === '"') {
        current += '"';
        at += 1;
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && (char === " " || char === "\t")) {
      if (current !== undefined) args.push(current);
      current = undefined;
    } else {
      current = (current ?? "") + char;
    }
  }
  return current === undefined ? args : [...args, current];
}
