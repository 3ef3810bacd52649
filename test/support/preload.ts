import { afterAll } from "bun:test";
import { endLeftovers } from "./leftovers.ts";

// Loaded before every test file (bunfig.toml): the test runner tells nobody that its process ends.
afterAll(endLeftovers);
