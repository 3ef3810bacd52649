import { dlopen, ptr } from "bun:ffi";
import { C_LIBRARIES } from "../c-library.ts";

/** How one system exchanges two names, and where the function for it is. */
interface Exchange {
  readonly libraries: readonly string[];
  readonly open: (library: string) => (a: Buffer, b: Buffer) => number;
}

/** "Relative to the current folder"; both paths are absolute, so it is never used. */
const AT_FDCWD_LINUX = -100;

/** `RENAME_EXCHANGE` of Linux and `RENAME_SWAP` of macOS are the same number. */
const EXCHANGE_FLAG = 2;

/** System call numbers of `renameat2`; older C libraries have no function for it. */
const RENAMEAT2: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 316, arm64: 276 };

const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, Exchange>>> = {
  linux: {
    libraries: C_LIBRARIES,
    open(library) {
      const { symbols } = dlopen(library, {
        syscall: { args: ["i64", "i64", "ptr", "i64", "ptr", "i64"], returns: "i64" },
      });
      const number = RENAMEAT2[process.arch];
      return (a, b) =>
        number === undefined
          ? -1
          : Number(symbols.syscall(number, AT_FDCWD_LINUX, ptr(a), AT_FDCWD_LINUX, ptr(b), EXCHANGE_FLAG));
    },
  },
  darwin: {
    libraries: ["libSystem.B.dylib"],
    open(library) {
      const { symbols } = dlopen(library, { renamex_np: { args: ["ptr", "ptr", "u32"], returns: "i32" } });
      return (a, b) => symbols.renamex_np(ptr(a), ptr(b), EXCHANGE_FLAG);
    },
  },
};

/**
 * Exchanges what two absolute paths name in one step, so that there is no moment without either. False, with nothing done,
 * where the system or the file system cannot do it.
 */
export function swapPaths(a: string, b: string): boolean {
  const system = SYSTEMS[process.platform];
  for (const library of system?.libraries ?? []) {
    try {
      return system?.open(library)(Buffer.from(`${a}\0`), Buffer.from(`${b}\0`)) === 0;
    } catch {
      // Another C library, or a system that forbids what this takes.
    }
  }
  return false;
}
