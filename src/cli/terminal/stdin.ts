import { CliError } from "../errors.ts";

/** Reads standard input to its end. Throws a `CliError` for a terminal, or for more than `maxBytes`. */
export async function readStdin(maxBytes: number): Promise<string> {
  if (process.stdin.isTTY) {
    throw new CliError("Nothing is piped into standard input.", {
      hint: "Pipe a file in: openclaw … < file",
    });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of Bun.stdin.stream()) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new CliError(`Standard input is longer than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
