// A bracket: a list of stages, each a list of matches with links to users and to what can be watched.
import { h } from "../dom.js";
import { card, link } from "../parts.js";
import { T, fill } from "../texts.js";

const STAGES = /** @type {const} */ (["round-of-16", "quarter-final", "semi-final", "final"]);

/** @param {Matches} matches @param {boolean} canWatch */
export const bracket = (matches, canWatch) =>
  card(
    T.bracket.title,
    h(
      "ol",
      { class: "bracket" },
      STAGES.filter((stage) => matches[stage]).map((stage) =>
        h(
          "li",
          { key: stage },
          h("h3", {}, T.bracket.stages[stage]),
          h(
            "ol",
            {},
            (matches[stage] ?? []).map((one) => h("li", { key: one.n }, match(one, canWatch))),
          ),
        ),
      ),
    ),
  );

/** @param {BracketMatchInstance} one @param {boolean} canWatch */
function match(one, canWatch) {
  const isRunning = one.code !== null && !one.finished;
  return h(
    "div",
    { class: isRunning ? "pairing running" : "pairing" },
    side(one, "a"),
    side(one, "b"),
    isRunning && canWatch
      ? link(
          `/match/${one.code}`,
          T.bracket.watch,
          h("span", { class: "unseen" }, ` ${name(one.user_1)} ${T.profile.against} ${name(one.user_2)}`),
        )
      : h("small", {}, state(one)),
  );
}

/** @param {BracketMatchInstance} one */
function state({ code, finished, finish_reason: reason }) {
  if (!finished) return code === null ? T.bracket.later : T.bracket.running;
  return /** @type {Record<string, string>} */ (T.bracket.reasons)[reason ?? ""] ?? "";
}

/** @param {BracketMatchInstance} one @param {"a" | "b"} at */
function side(one, at) {
  const user = at === "a" ? one.user_1 : one.user_2;
  const points = one.winner === null ? one.teams[at].score : one.winner === at ? one.score_winner : one.score_looser;
  const shown = user && "profile_picture" in user ? link(`/user/${user.id}`, user.username) : name(user);
  const won = one.winner === at;
  return h(
    "p",
    { class: won ? "won" : "" },
    won ? h("b", {}, shown) : shown,
    won && h("span", { class: "unseen" }, ` ${T.bracket.won}`),
    h("b", {}, one.code || one.finished ? String(points ?? 0) : ""),
  );
}

/** @param {{ username: string } | null} user */
const name = (user) => user?.username ?? T.bracket.open;

/** What is new in a bracket, in a sentence. @param {Matches | null | undefined} before @param {Matches} after */
export function tell(before, after) {
  const news = STAGES.flatMap((stage) =>
    (after[stage] ?? [])
      .filter((one, n) => one.finished && !before?.[stage]?.[n].finished)
      .map((one) => {
        const [winner, looser] = one.winner === "b" ? [one.user_2, one.user_1] : [one.user_1, one.user_2];
        return (
          one.winner &&
          fill(
            T.bracket.beat,
            T.bracket.stages[stage],
            name(winner),
            name(looser),
            one.score_winner ?? 0,
            one.score_looser ?? 0,
          )
        );
      }),
  );
  return news.filter(Boolean).join(" ");
}
