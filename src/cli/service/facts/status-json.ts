import { publicEnvironment, type ServiceReport } from "./inspect.ts";

/** `service` of `gateway status --json`. */
export function serviceJson(report: ServiceReport): Record<string, unknown> {
  const { status, absence, seat, issues } = report;
  if (status === undefined) {
    return {
      label: "none",
      loaded: false,
      loadState: { status: "unknown" },
      loadedText: "enabled",
      notLoadedText: "disabled",
      ...(absence && { absence: { code: absence.code, message: absence.message } }),
      runtime: {
        status: "unknown",
        ...(seat.service !== undefined &&
          absence && { inspectionFailure: { code: absence.code, detail: absence.message } }),
      },
      configAudit: { ok: true, issues: [] },
    };
  }
  const { label, installed, loaded, loadedText, notLoadedText, disabledByOperator, command, runtime } =
    status;
  const { details, ...process } = runtime;
  return {
    label,
    ...status.details,
    installed,
    loaded,
    loadState: {
      status: loaded
        ? "loaded"
        : !installed
          ? "missing"
          : runtime.inspectionFailure === undefined
            ? "not-loaded"
            : "unknown",
    },
    loadedText,
    notLoadedText,
    disabledByOperator,
    targetRole: "target",
    ...(command && {
      command: {
        programArguments: command.programArguments,
        ...(command.workingDirectory !== undefined && { workingDirectory: command.workingDirectory }),
        environment: publicEnvironment(command),
        environmentValueSources: command.environmentValueSources,
        sourcePath: command.sourcePath,
      },
    }),
    runtime: { ...process, ...details },
    configAudit: { ok: issues.length === 0, issues },
  };
}

/** `extraServices` of `gateway status --json`. */
export function othersJson({ others }: ServiceReport): Record<string, unknown>[] {
  return others.map(({ platform, label, detail, scope, marker, legacy, running }) => ({
    platform,
    label,
    detail,
    scope,
    marker,
    legacy,
    ...(running !== undefined && { running }),
  }));
}
