// Signs up as a guest, listens, and writes a JSON object a line: events, states of the stream, answers to requests.
import { Pong } from "pong-client";

const write = (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`);
const STREAM = `${process.env.ORIGIN}/sse/users/`;
let oldToken;
let isRefused = false;

const hasEnded = (bearer) => JSON.parse(atob(bearer.split(".")[1])).exp * 1000 < Date.now();

/** The program's first token opens each stream, also when it has ended; after a refusal the client's token does. */
async function fetchWithOldToken(url, { headers, ...options }) {
  const isStream = url === STREAM;
  if (isStream) {
    oldToken ??= headers.Authorization;
    if (!isRefused && hasEnded(oldToken)) headers = { ...headers, Authorization: oldToken };
  }
  const answer = await fetch(url, { headers, ...options });
  if (isStream) isRefused = answer.status === 401;
  write({ what: `${answer.status} ${new URL(url).pathname}` });
  return answer;
}

const pong = new Pong({ url: process.env.ORIGIN, fetch: fetchWithOldToken });
await pong.post("/auth/guest/");
const events = pong.events({ onState: (state) => write({ what: state }) });
await events.opened;
write({ what: "user", id: pong.userId });
for await (const event of events) {
  write({ what: event.event_code, n: event.data?.n });
  if (event.data?.n === "last") break;
}
