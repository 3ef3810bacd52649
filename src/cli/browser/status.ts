import type { Run } from "../command.ts";
import type { plainFlags } from "../commands/browser.ts";
import { askBrowser, show, word } from "./ask.ts";

/** Why a browser shows no window, in words. */
const WHY: Readonly<Record<string, string>> = {
  request: "asked for at the start",
  env: "OPENCLAW_BROWSER_HEADLESS",
  profile: "configured for the profile",
  config: "browser.headless",
  "linux-display-fallback": "there is no screen",
  default: "the default",
};

export const run: Run<typeof plainFlags> = async ({ flags, session }) => {
  const answer = await askBrowser(session, flags, {
    method: "GET",
    path: "/",
    label: "Looking at the browser",
  });
  show(session, flags, answer, () => {
    const found = word(answer, "detectedExecutablePath");
    const pid = word(answer, "pid");
    const place = word(answer, "cdpUrl");
    return [
      `Profile: ${word(answer, "profile")} (${answer["isRemote"] === true ? `elsewhere: ${place}` : `port ${word(answer, "cdpPort")}`})`,
      `Running: ${answer["running"] === true ? `yes${pid && `, pid ${pid}`}` : "no"}`,
      ...(answer["isRemote"] === true
        ? []
        : [
            `Browser: ${found === "" ? "none found on the gateway's machine" : `${word(answer, "detectedBrowser")} (${found})`}`,
            `Window: ${answer["headless"] === true ? "none" : "yes"} (${WHY[word(answer, "headlessSource")] ?? ""})`,
            `Data: ${word(answer, "userDataDir")}`,
          ]),
    ];
  });
};
