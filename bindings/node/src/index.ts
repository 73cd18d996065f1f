/** Asks before an agent acts, and verifies afterwards why it was allowed. The engine in process is in `lictor/engine`, adapters are in `lictor/ai` and `lictor/mcp`. */

export * from "./client/index.js";
export { LictorError } from "./errors.js";
export * from "./verify/index.js";
