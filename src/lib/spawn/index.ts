export { childEnv, loadsCode, namesSecret, openEnv } from "./child-env.ts";
export {
  type Command,
  type CommandEnd,
  type CommandEndReason,
  type CommandRequest,
  startCommand,
} from "./command.ts";
export { findProgram } from "./find-program.ts";
export { type DetachedRequest, startDetached } from "./detached.ts";
export { type ProgramEnd, type ProgramRequest, type ProgramResult, runProgram } from "./program.ts";
export { type ProgramQuestion, readProgram } from "./question.ts";
export { RetainedOutput } from "./retained-output.ts";
export { endGroup, endMarked } from "./group.ts";
