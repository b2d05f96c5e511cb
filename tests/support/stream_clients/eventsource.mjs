// The package `eventsource`: the EventSource of browsers, for Node. Like theirs it can't send a token as a header.
import { EventSource } from "eventsource";
import { STREAM, listen, renews, write } from "./program.mjs";

listen((token, lastId, take, renew) => {
  const source = new EventSource(`${STREAM}?${new URLSearchParams({ token, last_event_id: lastId })}`);
  for (const code of ["lobby-update", "token-expiring"]) {
    source.addEventListener(code, (event) => take(code, event.lastEventId, event.data));
  }
  source.addEventListener("error", (error) => {
    if (renews) source.close();
    renew();
    write({ what: "error", code: error.code ?? null, closed: source.readyState === source.CLOSED });
  });
});
