/** The arguments of a process as Windows' `CommandLineToArgvW` hands them over; written from its documentation. */
export function argumentsOf(line: string): string[] {
  const args: string[] = [];
  let at = 0;
  for (;;) {
    while (line[at] === " " || line[at] === "\t") at += 1;
    if (at >= line.length) return args;
    let text = "";
    let inQuotes = false;
    while (at < line.length && (inQuotes || (line[at] !== " " && line[at] !== "\t"))) {
      let slashes = 0;
      while (line[at] === "\\") {
        slashes += 1;
        at += 1;
      }
      if (line[at] !== '"') {
        text += "\\".repeat(slashes);
        if (slashes === 0) text += line[at++];
        continue;
      }
      text += "\\".repeat(Math.floor(slashes / 2));
      if (slashes % 2 === 1) text += '"';
      else if (inQuotes && line[at + 1] === '"') {
        text += '"';
        at += 1;
      } else inQuotes = !inQuotes;
      at += 1;
    }
    args.push(text);
  }
}
