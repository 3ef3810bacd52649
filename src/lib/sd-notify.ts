import { dlopen, ptr } from "bun:ffi";
import { C_LIBRARIES } from "./c-library.ts";

// sd_notify(3): datagrams to a socket of systemd. Bun and Node have no Unix datagram sockets, so the C library is asked;
// who is not started by systemd never loads this file.

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const MSG_DONTWAIT = 0x40;

/** `sockaddr_un`: two bytes of family, then the path, of which Linux takes 108 bytes with the closing zero. */
const FAMILY_BYTES = 2;
const MAX_PATH_BYTES = 107;

/** The socket on which a service tells its manager how it is. */
export interface Notifier {
  /**
   * Sends lines such as `READY=1`. `wait`: until the manager takes it, otherwise it is dropped when the manager is busy.
   * Returns whether it was taken.
   */
  send(lines: string, options?: { readonly wait?: boolean }): boolean;
}

/**
 * Opens the socket that `NOTIFY_SOCKET` names: a path, or `@name` for one without a file. Throws with the reason when
 * there is no way to it.
 */
export function openNotifier(address: string): Notifier {
  const target = socketAddress(address);
  const libc = openLibrary();
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new Error("the system gives no datagram socket");
  return {
    send(lines, { wait = true } = {}) {
      const data = Buffer.from(lines);
      const flags = MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT);
      return (
        Number(libc.sendto(fd, ptr(data), data.length, flags, ptr(target), target.length)) === data.length
      );
    },
  };
}

function socketAddress(address: string): Uint8Array {
  const path = Buffer.from(address);
  const abstract = address.startsWith("@");
  if (!abstract && !address.startsWith("/")) throw new Error(`NOTIFY_SOCKET is no Unix socket: ${address}`);
  if (path.length > MAX_PATH_BYTES) throw new Error(`NOTIFY_SOCKET is too long: ${address}`);
  // A name without a file begins with a zero and has none at its end: the length says where it stops.
  const target = new Uint8Array(FAMILY_BYTES + path.length + (abstract ? 0 : 1));
  new Uint16Array(target.buffer, 0, 1)[0] = AF_UNIX;
  target.set(path, FAMILY_BYTES);
  if (abstract) target[FAMILY_BYTES] = 0;
  return target;
}

function openLibrary() {
  let reason: unknown;
  for (const name of C_LIBRARIES) {
    try {
      return dlopen(name, {
        socket: { args: ["i32", "i32", "i32"], returns: "i32" },
        sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
      }).symbols;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error("no C library could be opened", { cause: reason });
}
