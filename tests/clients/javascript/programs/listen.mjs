// Signs up as a guest, listens, and writes what comes to standard output, a JSON object a line.
import { Pong } from "pong-client";

const write = (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`);
const pong = new Pong({ url: process.env.ORIGIN });
await pong.post("/auth/guest/");
const events = pong.events({ onState: (state) => write({ what: state }) });
await events.opened;
write({ what: "user", id: pong.userId });
for await (const event of events) {
  write({ what: event.event_code, n: event.data?.n });
  if (event.data?.n === "last") break;
}
