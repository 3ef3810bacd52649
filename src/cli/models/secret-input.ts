import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";

/** A key is never longer. */
const MAX_SECRET_BYTES = 65_536;

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const BACKSPACES = new Set(["\u007f", "\b"]);

/** Where a secret is taken from. Never from an argument: those are seen in the list of processes and in histories. */
export interface SecretFlags {
  readonly fromStdin: boolean;
  readonly fromEnv: string | undefined;
}

/** Reads a secret from a pipe, a variable, or a person who types it unseen. Throws `CliError`. */
export async function readSecret(session: Session, flags: SecretFlags, prompt: string): Promise<string> {
  if (flags.fromStdin) return firstLine(await session.readInput(MAX_SECRET_BYTES));
  if (flags.fromEnv !== undefined) {
    const value = session.env.raw[flags.fromEnv];
    if (value !== undefined) return value;
    throw new CliError(`The environment has no variable ${flags.fromEnv}.`, {
      hint: "Leave --from-env out to type the secret, or pipe it in with --from-stdin.",
    });
  }
  return askUnseen(prompt);
}

/** Asks at the terminal without showing what is typed. Throws `CliError` when nobody sits there. */
export function askUnseen(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    return Promise.reject(
      new CliError("Nobody is at the terminal to type a key.", {
        hint: "Pipe it in with --from-stdin, or name a variable with --from-env NAME.",
      }),
    );
  }
  // Before the prompt: who types the moment it stands there would see the first letters of the secret.
  stdin.setRawMode(true);
  stderr.write(prompt);
  stdin.setEncoding("utf8");
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = "";
    const finish = (settle: () => void) => {
      stdin.off("data", onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
      settle();
    };
    const onData = (chunk: string) => {
      for (const letter of chunk.replaceAll(/\u001b\[20[01]~/g, "")) {
        if (letter === CTRL_C)
          return finish(() => reject(new CliError("Ended by Ctrl-C.", { exitCode: 130 })));
        if (letter === "\r" || letter === "\n" || letter === CTRL_D) return finish(() => resolve(typed));
        typed = BACKSPACES.has(letter) ? typed.slice(0, -1) : typed + letter;
      }
      return undefined;
    };
    stdin.on("data", onData);
  });
}

function firstLine(text: string): string {
  return text.trim().split(/\r?\n/, 1)[0] ?? "";
}
