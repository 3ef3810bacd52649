export { ScheduledTaskService } from "./service.ts";
