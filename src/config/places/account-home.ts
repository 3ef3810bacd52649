import { readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";

const PASSWORD_DATABASE = "/etc/passwd";

/** Home folder of the account that runs this process, whatever `HOME` says, as far as the platform tells. */
export function accountHome(platform: NodeJS.Platform, uid: number): string {
  // The runtime's own answer follows HOME, so the password database is asked where it is a file that lists people.
  if (platform === "linux") {
    try {
      const listed = homeInPasswd(readFileSync(PASSWORD_DATABASE, "utf8"), uid);
      if (listed !== undefined) return listed;
    } catch {
      // No such file (a minimal container): the runtime's answer is the best there is.
    }
  }
  try {
    return userInfo().homedir;
  } catch {
    // An account without an entry has only what HOME says.
    return homedir();
  }
}

/** The sixth field of the line for `uid` in the text of a password database. */
export function homeInPasswd(text: string, uid: number): string | undefined {
  for (const line of text.split("\n")) {
    const fields = line.split(":");
    if (fields[2] === String(uid) && fields[5]?.startsWith("/")) return fields[5];
  }
  return undefined;
}
