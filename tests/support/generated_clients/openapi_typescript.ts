// A guest, by openapi-fetch on the types that openapi-typescript makes.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const client = createClient<paths>({ baseUrl: process.env["ORIGIN"] ?? "" });

const guest = await client.POST("/api/auth/guest/");
if (!guest.data) throw new Error(guest.error.detail);
const headers = { Authorization: `Bearer ${guest.data.access}` };

const me = await client.GET("/api/users/me/", { headers });
if (!me.data) throw new Error(me.error.code);
const nobody = await client.GET("/api/users/{user_id}/", { headers, params: { path: { user_id: 1 } } });
const page = await client.GET("/api/game/matches/{user_id}/", {
  headers,
  params: { path: { user_id: me.data.id }, query: { limit: 5 } },
});
if (!page.data) throw new Error("no page");
const first: components["schemas"]["MatchInstance"] | undefined = page.data.results[0];

// An event's code decides the types of its parts.
export function said(event: components["schemas"]["Event"]): string {
  switch (event.event_code) {
    case "game-start":
      return event.data.code;
    case "lobby-join":
      return event.kwargs.username;
    default:
      return event.message;
  }
}

const error = nobody.error && "code" in nobody.error ? nobody.error.code : undefined;
console.log(JSON.stringify({ guest: me.data.is_guest, error, count: page.data.count, first: first?.code ?? null }));
