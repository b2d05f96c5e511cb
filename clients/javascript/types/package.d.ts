export * from "./index.js";
export type * from "./api.js";
export type { CallOptions, PongOptions, Received, Store, StreamOptions, Tokens } from "./options.js";
