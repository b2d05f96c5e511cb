// What the programs beside this file share. They write what happens to standard output, a JSON object a line.

const { ORIGIN, ACCESS, REFRESH, RENEWS } = process.env;

export const STREAM = `${ORIGIN}/sse/users/`;

export const write = (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`);

const realFetch = globalThis.fetch;
const realSetTimeout = globalThis.setTimeout;

// The libraries find these two here, so their requests and waits show.
globalThis.fetch = async (input, init) => {
  const response = await realFetch(input, init).catch((error) => {
    write({ what: "failure", error: String(error.cause ?? error) });
    throw error;
  });
  const request = new Request(input, init);
  const asked = new URL(request.url).searchParams.get("last_event_id");
  write({ what: "request", status: response.status, last_id: request.headers.get("last-event-id") ?? asked ?? "" });
  return response;
};
globalThis.setTimeout = (callback, milliseconds, ...more) => {
  write({ what: "wait", milliseconds });
  return realSetTimeout(callback, milliseconds, ...more);
};

const seen = new Set();
let lastId = "";

async function renewedToken() {
  const response = await realFetch(`${ORIGIN}/api/auth/refresh/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refresh: REFRESH }),
  });
  return response.ok ? (await response.json()).access : undefined;
}

export const renews = Boolean(RENEWS);

// Call `open` with a token and the last id: now, and each time that the token is about to expire. It gets functions to
// call with each event, and at the end. A stream isn't closed when its successor opens: it ends by itself, and misses
// nothing. The program ends when the session has ended.
export function listen(open) {
  const begin = (token) => {
    let replaced = false;
    const renew = async () => {
      if (!renews || replaced) return;
      replaced = true;
      const renewed = await renewedToken();
      if (renewed) begin(renewed);
    };
    const take = (code, id, data) => {
      if (code === "token-expiring") {
        write({ what: "expiring" });
        renew();
      } else if (code === "lobby-update") {
        lastId = id;
        write({ what: "event", id, n: JSON.parse(data).data.n, repeated: seen.has(id) });
        seen.add(id);
      }
    };
    open(token, lastId, take, renew);
  };
  begin(ACCESS);
}
