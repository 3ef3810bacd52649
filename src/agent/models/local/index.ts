export { LOCAL_SERVERS, LocalServers, type LocalServersDeps } from "./servers.ts";
