export { type Modernised, modernise } from "./modernise.ts";
