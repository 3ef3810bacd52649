import { dlopen, ptr } from "bun:ffi";
import { C_LIBRARIES } from "../../src/lib/c-library.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;
const MAX_MESSAGE_BYTES = 4_096;

/** What systemd holds of a service's socket: the receiving end. */
export interface DatagramSocket extends Disposable {
  /** The messages that came since the last call. */
  received(): string[];
}

/** Listens for datagrams at a path, or at a name without a file (`@name`). */
export function listenForDatagrams(address: string): DatagramSocket {
  const libc = openLibrary();
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM, 0);
  const name = Buffer.from(`\u0001\u0000${address}\u0000`);
  if (address.startsWith("@")) name[2] = 0;
  const length = address.startsWith("@") ? name.length - 1 : name.length;
  if (libc.bind(fd, ptr(name), length) !== 0) throw new Error(`cannot listen at ${address}`);
  return {
    received() {
      const messages: string[] = [];
      for (;;) {
        const buffer = Buffer.alloc(MAX_MESSAGE_BYTES);
        const size = Number(libc.recv(fd, ptr(buffer), MAX_MESSAGE_BYTES, MSG_DONTWAIT));
        if (size < 0) return messages;
        messages.push(buffer.toString("utf8", 0, size));
      }
    },
    [Symbol.dispose]: () => void libc.close(fd),
  };
}

function openLibrary() {
  for (const name of C_LIBRARIES) {
    try {
      return dlopen(name, {
        socket: { args: ["i32", "i32", "i32"], returns: "i32" },
        bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
        recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
        close: { args: ["i32"], returns: "i32" },
      }).symbols;
    } catch {
      // The next one, then.
    }
  }
  throw new Error("no C library could be opened");
}
