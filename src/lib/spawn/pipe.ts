import { dlopen, ptr } from "bun:ffi";
import { C_LIBRARIES } from "../c-library.ts";

/** A pipe of the operating system; both ends are file descriptors that belong to whoever opened it. */
export interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/** Closed in every child that is not given it on purpose (`O_CLOEXEC` of Linux). */
const CLOSE_ON_EXEC = 0o2000000;

type OpenPipe = (ends: Int32Array) => number;

let found: OpenPipe | undefined | null;

/**
 * A real pipe, or undefined where there is no way to one. Bun gives children sockets for `"pipe"`, and on Linux a socket
 * cannot be opened as `/dev/stdout` or `/dev/stdin`, makes bash believe that it runs for a remote shell and read
 * `~/.bashrc`, and keeps no order between the two outputs.
 */
export function openPipe(): Pipe | undefined {
  found ??= process.platform === "linux" ? (findOpenPipe() ?? null) : null;
  if (!found) return undefined;
  const ends = new Int32Array(2);
  const [readEnd, writeEnd] = found(ends) === 0 ? ends : [];
  return readEnd === undefined || writeEnd === undefined ? undefined : { readEnd, writeEnd };
}

function findOpenPipe(): OpenPipe | undefined {
  for (const name of C_LIBRARIES) {
    try {
      const { symbols } = dlopen(name, { pipe2: { args: ["ptr", "i32"], returns: "i32" } });
      return (ends) => symbols.pipe2(ptr(ends), CLOSE_ON_EXEC);
    } catch {
      // Another C library, or a system that forbids what this takes.
    }
  }
  return undefined;
}
