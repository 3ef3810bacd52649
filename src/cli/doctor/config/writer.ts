import { newerWriter } from "../../../config/index.ts";
import { VERSION } from "../../../lib/version.ts";
import { openConfig } from "../../config/open.ts";
import type { Check } from "../check.ts";

/** The configuration was not written by a newer version. */
export const writerCheck: Check = {
  id: "config-writer",
  title: "Last writer of the configuration",
  reason: "An older program neither rewrites what a newer one wrote nor changes its service.",
  async run(session) {
    const writer = newerWriter(openConfig(session).peek().sourceConfig, VERSION);
    if (writer === undefined) return [];
    return [
      {
        severity: "warning",
        message:
          `The configuration was last written by OpenClaw ${writer}, newer than this program (${VERSION}): ` +
          "it can be read, but nothing in it and no service is changed from here.",
        path: session.paths.configPath,
        target: "meta.lastTouchedVersion",
        fixHint: "Use the newer program (see where it is: which -a openclaw), or update this one",
      },
    ];
  },
};
