export { LaunchdService } from "./launchd-service.ts";
