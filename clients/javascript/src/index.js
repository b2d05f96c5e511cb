export { ApiError, SignedOut } from "./errors.js";
export { Pong } from "./pong.js";
export { EventStream } from "./stream.js";
export { browserStore } from "./tokens.js";
