// The contract's types under the names that commands use; its code is loaded when a command needs a service.
export type AuditIssue = import("../../service/index.ts").AuditIssue;
export type ForeignService = import("../../service/index.ts").ForeignService;
export type InstalledCommand = import("../../service/index.ts").InstalledCommand;
export type Obstacle = import("../../service/index.ts").Obstacle;
export type Operation = import("../../service/index.ts").Operation;
export type Service = import("../../service/index.ts").Service;
export type ServiceDefinition = import("../../service/index.ts").ServiceDefinition;
export type ServiceKind = import("../../service/index.ts").ServiceKind;
export type ServiceMachine = import("../../service/index.ts").ServiceMachine;
export type ServiceRuntime = import("../../service/index.ts").ServiceRuntime;
export type ServiceStatus = import("../../service/index.ts").ServiceStatus;
export type StableExecutable = import("../../service/index.ts").StableExecutable;
export type ServiceError = import("../../service/index.ts").ServiceError;
