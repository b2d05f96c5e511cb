/** A user of the API, or a service. */
export class Pong {
    /** @param {PongOptions} options */
    constructor({ url, store, rotate, token, onSignedOut, ...options }?: PongOptions);
    /** The id of the user who is signed in. */
    get userId(): number | undefined;
    /** @type {Method<"get">} */
    get: Method<"get">;
    /** @type {Method<"post">} */
    post: Method<"post">;
    /** @type {Method<"put">} */
    put: Method<"put">;
    /** @type {Method<"patch">} */
    patch: Method<"patch">;
    /** @type {Method<"delete">} */
    delete: Method<"delete">;
    /**
     * Events as they come, without gaps and repeats: `for await (const event of pong.events())`.
     *
     * @template {keyof Streams} [Path="/sse/users/"]
     * @param {StreamOptions<Path>} options
     * @returns {EventStream<Received<Path>>}
     */
    events<Path extends keyof Streams = "/sse/users/">(options?: StreamOptions<Path>): EventStream<Received<Path>>;
    #private;
}
import type { Method } from "../types/options.js";
import type { Streams } from "../types/api.js";
import type { StreamOptions } from "../types/options.js";
import { EventStream } from "./stream.js";
import type { Received } from "../types/options.js";
import type { PongOptions } from "../types/options.js";
