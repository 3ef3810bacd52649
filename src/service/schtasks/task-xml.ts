import { ServiceError } from "../errors.ts";
import type { ServiceDefinition } from "../service.ts";
import { joinArguments } from "./arguments.ts";

/** The option by which a gateway finds what a task cannot give it: its environment. */
export const SERVICE_ENV_OPTION = "--service-env";

/** What a task is made from beside the definition. */
export interface TaskFacts {
  /** `DOMAIN\name` of the account at whose logon it starts. */
  readonly user: string;
  /** The file with the environment of the definition. */
  readonly envFile: string;
  /** `false` for one the operator has disabled. */
  readonly enabled: boolean;
}

const NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task";

const BYTE_ORDER_MARK = new Uint8Array([0xff, 0xfe]);

/** Kept for what has to start beside interactive programs: the default of tasks, stated so that a change of it shows. */
const PRIORITY = 7;

/** The command line a task of this definition has. */
export function taskArguments(definition: ServiceDefinition, envFile: string): readonly string[] {
  return [...definition.programArguments, SERVICE_ENV_OPTION, envFile];
}

/**
 * The task in the Task Scheduler's own words. It runs the executable itself: no script stands between, so there is none to
 * inject into. It starts at the user's logon with the user's plain rights, has no time limit (the default ends a task after
 * three days), and does not mind batteries. @throws ServiceError for what a task cannot say
 */
export function taskXml(definition: ServiceDefinition, { user, envFile, enabled }: TaskFacts): string {
  const [command = "", ...args] = taskArguments(definition, envFile);
  for (const text of [command, ...args, definition.workingDirectory]) refuseUnsayable(text);
  const task = {
    Task: {
      "@version": "1.2",
      "@xmlns": NAMESPACE,
      RegistrationInfo: { Description: definition.description },
      Triggers: { LogonTrigger: { Enabled: true, UserId: user } },
      Principals: {
        Principal: {
          "@id": "Author",
          UserId: user,
          // The user's own session: no password is stored, and what the gateway opens is seen.
          LogonType: "InteractiveToken",
          RunLevel: "LeastPrivilege",
        },
      },
      Settings: {
        MultipleInstancesPolicy: "IgnoreNew",
        DisallowStartIfOnBatteries: false,
        StopIfGoingOnBatteries: false,
        AllowHardTerminate: true,
        StartWhenAvailable: true,
        RunOnlyIfNetworkAvailable: false,
        IdleSettings: { StopOnIdleEnd: false, RestartOnIdle: false },
        AllowStartOnDemand: true,
        Enabled: enabled,
        // It hides a task from the list, not a window: an operator has to find it.
        Hidden: false,
        RunOnlyIfIdle: false,
        WakeToRun: false,
        ExecutionTimeLimit: "PT0S",
        Priority: PRIORITY,
        RestartOnFailure: { Interval: "PT1M", Count: 3 },
      },
      Actions: {
        "@Context": "Author",
        Exec: {
          Command: command,
          Arguments: joinArguments(args),
          WorkingDirectory: definition.workingDirectory,
        },
      },
    },
  };
  try {
    return `<?xml version="1.0" encoding="UTF-16"?>\n${Bun.XML.stringify(task, null, 2)}\n`;
  } catch (cause) {
    throw new ServiceError("failed", "The task cannot be written: its command has control characters.", [], {
      cause,
    });
  }
}

/** The bytes `schtasks /XML` reads: UTF-16 LE with its mark. */
export function encodeTaskXml(xml: string): Uint8Array {
  return Buffer.concat([BYTE_ORDER_MARK, Buffer.from(xml, "utf16le")]);
}

/** The Task Scheduler puts variables and its own parameters in place of these, and knows no way to write them plainly. */
function refuseUnsayable(text: string): void {
  if (!/%[^%]+%|\$\(/.test(text)) return;
  throw new ServiceError("failed", `The Task Scheduler would not take this literally: ${text}`, [
    "Use folders without % and $( in their names.",
  ]);
}
