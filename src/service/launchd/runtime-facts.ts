import type { ServiceRuntime } from "../service.ts";
import type { JobState } from "./launchctl.ts";

/** What launchd says of the process, in the words that all supervisors share. */
export function runtimeOf(job: JobState, { installed }: { readonly installed: boolean }): ServiceRuntime {
  switch (job.state) {
    case "absent":
      return { status: "stopped", state: "not loaded", ...(!installed && { missingUnit: true }) };
    case "no-session":
    case "unknown": {
      const code = job.state === "unknown" ? "launchctl-failed" : "no-session";
      return { status: "unknown", inspectionFailure: { code, detail: job.detail } };
    }
    case "loaded": {
      const { state, pid, lastExitStatus, lastExitReason, runs } = job.facts;
      return {
        status: pid === undefined ? "stopped" : "running",
        ...(state !== undefined && { state }),
        ...(pid !== undefined && { pid }),
        ...(lastExitStatus !== undefined && { lastExitStatus }),
        ...(lastExitReason !== undefined && { lastExitReason }),
        // The job lives on in launchd although its file is gone.
        ...(!installed && { missingUnit: true }),
        ...(runs !== undefined && { details: { launchd: { runs } } }),
      };
    }
  }
}
