import { Pong, ApiError, browserStore, type MatchInstance, type PongOptions } from "pong-client";
const pong = new Pong({ url: "https://localhost:4443", store: browserStore() });
const name: string = (await pong.get("/users/me/")).username;
await pong.post("/play/lobby/", { body: { game_mode: "clash" } });
const page = await pong.get("/game/matches/{user_id}/", { path: { user_id: pong.userId! }, query: { limit: 5 } });
const first: MatchInstance | undefined = page.results[0];
await pong.delete("/play/duel/");
for await (const event of pong.events({ queue: 10 })) {
  if (event.event_code === "game-start") { const code: string = event.data.code; }
  else if (event.event_code === "lobby-join") { const who: string = event.kwargs.username; }
  const code: string = event.event_code; const id: string | undefined = event.id;
  // @ts-expect-error no such event
  if (event.event_code === "game-strat") break;
}
// @ts-expect-error wrong path
await pong.get("/users/mee/");
// @ts-expect-error no such field
await pong.post("/play/lobby/", { body: { game_mode: "clash", nonsense: 1 } });
// @ts-expect-error the body is needed
await pong.post("/play/lobby/");
// @ts-expect-error the path's id is needed
await pong.get("/game/matches/{user_id}/");
// @ts-expect-error no such query
await pong.get("/game/matches/{user_id}/", { path: { user_id: 1 }, query: { q: "x" } });
// @ts-expect-error wrong answer
const n: number = (await pong.get("/users/me/")).username;
try { await pong.get("/users/me/"); } catch (error) {
  if (error instanceof ApiError && error.code === "token_not_valid") error.fields.username?.join();
  // @ts-expect-error no such code
  if (error instanceof ApiError && error.code === "token_invalid") throw error;
}
