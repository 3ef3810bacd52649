export { CanvasHost, type CanvasHostDeps, type CanvasPlaces, type CanvasRequest } from "./canvas-host.ts";
