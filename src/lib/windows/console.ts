import { dlopen, ptr } from "bun:ffi";

/** What Windows tells and does about the console of this process. */
export interface ConsoleCalls {
  /** How many processes use it, this one included; 0 without a console. */
  users(): number;
  /** True when a terminal application shows it, and not a window of its own. */
  isHosted(): boolean;
  hideWindow(): void;
  leave(): void;
}

/** `none`: there is no console. `shared`: somebody else's, and left alone. `unknown`: Windows cannot be asked. */
export type ConsoleEnd = "unknown" | "none" | "shared" | "hidden" | "left";

/**
 * Takes the console window of a program that was started in the background out of sight.
 *
 * The executable is a console program, because it is the command line, too; so Windows opens a window when a task or the
 * Startup folder starts it. Marking the executable as a windowed program would take the output from every command, and a
 * launcher between would be one more thing to break. So the gateway puts its own window away, first thing:
 *
 * - A plain console window is hidden. The console itself stays, so that output has a place and the console programs which
 *   the gateway starts inherit it and open no window of their own.
 * - Where a terminal application shows consoles (Windows 11), hiding would only minimise it. There the console is left,
 *   with which the application closes its tab.
 * - A console that others use belongs to a person who typed the command: it is not touched.
 */
export function putConsoleAway(calls: ConsoleCalls | undefined = windowsConsole()): ConsoleEnd {
  if (calls === undefined) return "unknown";
  const users = calls.users();
  if (users === 0) return "none";
  if (users > 1) return "shared";
  if (calls.isHosted()) {
    calls.leave();
    return "left";
  }
  calls.hideWindow();
  return "hidden";
}

const SW_HIDE = 0;

/** Class of the window that stands in for a console which a terminal application shows. */
const PSEUDO_CONSOLE = "PseudoConsoleWindow";

/** Longest name a window class can have. */
const MAX_CLASS_CHARS = 256;

/** Two are enough to know that one is not alone. */
const USERS_ASKED = 2;

/** `undefined` where the runtime cannot call Windows: a window that stays is no reason not to start. */
function windowsConsole(): ConsoleCalls | undefined {
  try {
    return openConsoleCalls();
  } catch {
    return undefined;
  }
}

function openConsoleCalls(): ConsoleCalls {
  const room = new Uint32Array(USERS_ASKED);
  const { symbols: kernel } = dlopen("kernel32.dll", {
    GetConsoleProcessList: { args: ["ptr", "u32"], returns: "u32" },
    GetConsoleWindow: { args: [], returns: "u64" },
    FreeConsole: { args: [], returns: "i32" },
  });
  const { symbols: user } = dlopen("user32.dll", {
    GetClassNameW: { args: ["u64", "ptr", "i32"], returns: "i32" },
    ShowWindow: { args: ["u64", "i32"], returns: "i32" },
  });
  return {
    users: () => kernel.GetConsoleProcessList(ptr(room), USERS_ASKED),
    isHosted() {
      const handle = kernel.GetConsoleWindow();
      if (handle === 0n) return true;
      const name = new Uint16Array(MAX_CLASS_CHARS);
      const length = user.GetClassNameW(handle, ptr(name), MAX_CLASS_CHARS);
      return String.fromCharCode(...name.subarray(0, length)) === PSEUDO_CONSOLE;
    },
    hideWindow: () => void user.ShowWindow(kernel.GetConsoleWindow(), SW_HIDE),
    leave: () => void kernel.FreeConsole(),
  };
}
