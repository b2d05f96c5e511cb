/** @returns {Store} */
export function memoryStore(): Store;
/** Keeps the tokens in localStorage: over reloads, and for all tabs. @returns {Store} */
export function browserStore(key?: string): Store;
/** The tokens of a user: renewed before they end, by one request at a time, also among tabs. */
export class UserTokens {
    /**
     * @param {(refresh: string) => Promise<Partial<Tokens>>} refresh Asks for new tokens.
     * @param {Store} store
     * @param {Clock} clock
     * @param {(error: Error) => void} onSignedOut
     */
    constructor(refresh: (refresh: string) => Promise<Partial<Tokens>>, store: Store, clock: Clock, onSignedOut: (error: Error) => void);
    get userId(): number | undefined;
    /** @param {Tokens} tokens They are new. */
    take(tokens: Tokens): void;
    forget(): void;
    /** @template Answer @param {(access?: string) => Promise<Answer>} send @returns {Promise<Answer>} */
    use<Answer>(send: (access?: string) => Promise<Answer>): Promise<Answer>;
    /** Get new tokens, unless there are others already than the one that was used. */
    renew(used?: string | undefined): Promise<void>;
    #private;
}
/** The token of a service; the program's function may give another one after a refusal. */
export class ServiceToken {
    /** @param {string | (() => string | Promise<string>)} token */
    constructor(token: string | (() => string | Promise<string>));
    /** @template Answer @param {(token?: string) => Promise<Answer>} send @returns {Promise<Answer>} */
    use<Answer>(send: (token?: string) => Promise<Answer>): Promise<Answer>;
    renew(): Promise<void>;
    #private;
}
import type { Store } from "../types/options.js";
import type { Tokens } from "../types/options.js";
import type { Clock } from "../types/options.js";
