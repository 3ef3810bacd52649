export { LOCAL_SERVERS, localServer, LocalServers, type LocalServersDeps } from "./servers.ts";
