// A guest, by the client that @hey-api/openapi-ts makes.
import { client } from "./hey_api_client/client.gen.js";
import { createGuest, getMe, getUser, listMatches } from "./hey_api_client/sdk.gen.js";
import type { Event, MatchInstance } from "./hey_api_client/types.gen.js";

client.setConfig({ baseUrl: process.env["ORIGIN"] ?? "" });

const guest = await createGuest();
if (!guest.data) throw new Error(guest.error?.detail);
client.setConfig({ auth: guest.data.access });

const me = await getMe();
if (!me.data) throw new Error(me.error?.code);
const nobody = await getUser({ path: { user_id: 1 } });
const page = await listMatches({ path: { user_id: me.data.id }, query: { limit: 5 } });
if (!page.data) throw new Error("no page");
const first: MatchInstance | undefined = page.data.results[0];

// An event's code decides the types of its parts.
export function said(event: Event): string {
  switch (event.event_code) {
    case "game-start":
      return event.data.code;
    case "lobby-join":
      return event.kwargs.username;
    default:
      return event.message;
  }
}

const error = nobody.error?.code;
console.log(JSON.stringify({ guest: me.data.is_guest, error, count: page.data.count, first: first?.code ?? null }));
