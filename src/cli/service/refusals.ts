import { accessSync, constants, statSync } from "node:fs";
import { displayPath, expandPath, newerWriter, valueAt } from "../../config/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Service } from "./contract.ts";
import { issueText, openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { refuseForeignState } from "../whose-state.ts";
import { serviceRefusal } from "./failure.ts";
import type { LifecycleAction } from "./lifecycle-log.ts";
import type { ServiceSeat } from "./seat.ts";

/** Why somebody else has the life of this gateway in their hands; `undefined` when it may be changed from here. */
export function foreignHands(
  session: Session,
): { readonly code: "external" | "newer-writer"; readonly reason: string } | undefined {
  if (session.env.service.supervisorExternal) {
    const reason =
      "The life of this gateway is in the hands of another supervisor (OPENCLAW_SUPERVISOR_MODE=external).";
    return { code: "external", reason };
  }
  const writer = newerWriter(openConfig(session).peek().sourceConfig, VERSION);
  if (writer === undefined) return undefined;
  const reason = `The configuration was last written by OpenClaw ${writer}, newer than this program (${VERSION})`;
  return { code: "newer-writer", reason };
}

/** What forbids any change of the gateway's life from here, whatever it is. @throws CliError */
export function refuseForeignHands(session: Session, action: LifecycleAction): void {
  if (action === "install") refuseForeignState(session);
  const hands = foreignHands(session);
  if (hands === undefined) return;
  const { code, reason } = hands;
  if (code === "external")
    throw new CliError(reason, { fields: { code }, hint: `Use that supervisor to ${action} it.` });
  throw new CliError(`${reason}: an older one does not ${action} its gateway.`, {
    fields: { code },
    hint: "Use the newer program, or update this one.",
  });
}

/** The service, when there is a supervisor and it is this state folder's own. @throws CliError */
export function requireService({ service, absence }: ServiceSeat, session: Session): Service {
  if (service === undefined) {
    if (absence) throw serviceRefusal(absence);
    throw new CliError("No supported service manager was found on this machine.");
  }
  if (!service.identity.relocated) return service;
  const { stateDir, home } = session.paths;
  throw new CliError(
    `${displayPath(stateDir, home)} is not the state folder that the service ${service.identity.name} stands for, ` +
      "so that service is not touched from here.",
    {
      fields: { code: "relocated" },
      hint:
        "Use a profile, which has a service of its own: openclaw --profile <name> gateway install\n" +
        "Or unset OPENCLAW_STATE_DIR and OPENCLAW_HOME.",
    },
  );
}

/** A configuration that a service could not start on. @throws CliError */
export function refuseUnstartable(session: Session, allowUnconfigured: boolean): void {
  const snapshot = openConfig(session).peek();
  const where = displayPath(snapshot.path, session.paths.home);
  if (snapshot.exists && !snapshot.valid) {
    const issues = snapshot.issues.slice(0, 5).map((issue) => `\n  × ${issueText(issue)}`);
    throw new CliError(`${where} is not valid, and a gateway would not start on it.${issues.join("")}`, {
      fields: { code: "invalid-config" },
      hint: "Mend it: openclaw doctor --fix",
    });
  }
  const mode = valueAt(snapshot.resolved, ["gateway", "mode"]);
  if (mode === "remote" && !allowUnconfigured) {
    throw new CliError("gateway.mode is remote: this machine uses a gateway elsewhere, and runs none.", {
      fields: { code: "remote-mode" },
      hint: "To run one here: openclaw config set gateway.mode local",
    });
  }
}

/** The wrapper as an absolute path that can be run; empty stays empty. @throws CliError */
export function usableWrapper(session: Session, wrapper: string | undefined): string | undefined {
  if (wrapper === undefined || wrapper.trim() === "") return wrapper?.trim();
  const path = expandPath(wrapper.trim(), session.paths.home);
  try {
    accessSync(path, constants.X_OK);
    if (statSync(path).isFile()) return path;
  } catch {
    // Said below: missing and not executable are mended alike.
  }
  throw new CliError(`The wrapper ${path} is not a program that can be run.`, {
    fields: { code: "wrapper" },
    hint: `Check the path, and make it executable: chmod +x "${path}"`,
  });
}
