export { SystemdService } from "./systemd-service.ts";
