// The package `@microsoft/fetch-event-source`. It is made for browsers: it looks for window and document.
import { fetchEventSource } from "@microsoft/fetch-event-source";
import { STREAM, listen, renews, write } from "./program.mjs";

globalThis.window = globalThis;
globalThis.document = new EventTarget();

listen((token, lastId, take, renew) => {
  const headers = { authorization: `Bearer ${token}`, ...(lastId && { "last-event-id": lastId }) };
  fetchEventSource(STREAM, {
    headers,
    openWhenHidden: true,
    onmessage: (message) => {
      if (!message.data) write({ what: "without data", id: message.id });
      take(message.event, message.id, message.data);
    },
    onclose: () => write({ what: "closed" }),
    onerror: (error) => {
      if (renews) throw error;
    },
  }).then(renew, renew);
});
