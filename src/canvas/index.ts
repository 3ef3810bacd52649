export { CanvasHost, type CanvasPlaces, type CanvasRequest } from "./canvas-host.ts";
