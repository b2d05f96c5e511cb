// The page: which view an address opens, and what is around every view.
import { h, render } from "./dom.js";
import { alert, button, clock, link, picture } from "./parts.js";
import { attempt, begin, leaveQueue, logOut, onChange, playHouse, pong, session } from "./session.js";
import { T } from "./texts.js";
import { close, current, open, reload } from "./view.js";
import { account } from "./views/account.js";
import { chat, chats } from "./views/chats.js";
import { friends } from "./views/friends.js";
import { lobby } from "./views/lobby.js";
import { match } from "./views/match.js";
import { notice, notices } from "./views/notices.js";
import { pictures } from "./views/pictures.js";
import { play } from "./views/play.js";
import { profile } from "./views/profile.js";
import { tournament, tournaments } from "./views/tournaments.js";
import { registerFirst, signIn } from "./views/sign-in.js";
import { notFound } from "./views/not-found.js";

/** The addresses, as `url` targets of events have them, after `#`. @type {[RegExp, View][]} */
const ROUTES = [
  [/^\/$/, play],
  [/^\/user\/(\d+)$/, profile],
  [/^\/profile-pictures$/, pictures],
  [/^\/account$/, account],
  [/^\/friends$/, friends],
  [/^\/chat$/, chats],
  [/^\/chat\/(\d+)$/, chat],
  [/^\/news$/, notices],
  [/^\/match\/(\d+)$/, match],
  [/^\/lobby(?:\/(\d+))?$/, lobby],
  [/^\/tournament$/, tournaments],
  [/^\/tournament\/(\d+)$/, tournament],
];

/** Milliseconds for which a notice stands above each view; under News it stays. */
const SHOWN = 12_000;

/** Seconds in a queue after which the house may play instead. */
const ALONE = 10;

const root = /** @type {HTMLElement} */ (document.getElementById("page"));

async function navigate() {
  const path = location.hash.slice(1) || "/";
  for (const [pattern, view] of ROUTES) {
    const found = pattern.exec(path);
    if (found) return arrive(open(view, found.slice(1)));
  }
  return arrive(open(notFound, [path]));
}

/** The heading of the new view takes the focus, as of a new page. @param {Promise<void>} reading */
async function arrive(reading) {
  const opened = current;
  await reading;
  draw();
  if (opened === current && !document.activeElement?.matches("main input, main select"))
    root.querySelector("h1")?.focus();
}

function draw() {
  if (session.me && !current) navigate();
  if (!session.me && current) close();
  const title = session.me ? titleOf() : T.signIn.title;
  document.title = `${title} · Pong`;
  const main = session.me ? content() : outside();
  render(root, [
    h("a", { class: "skip", href: "#main", onclick: skip }, T.skip),
    head(),
    h(
      "main",
      { id: "main", class: session.me ? "" : "narrow" },
      notes(),
      h("h1", { tabindex: -1, key: title }, title),
      main,
    ),
  ]);
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  root.querySelector("h1")?.focus();
}

function titleOf() {
  if (!current) return T.play.title;
  const { view, data, isRead, problem } = current;
  if (typeof view.title === "string") return view.title;
  return problem ? T.problems.title : isRead ? view.title(data) : T.reading;
}

/** Before the profile is there. */
function outside() {
  if (pong.userId === undefined) return signIn();
  return session.problem ? button(T.again, start) : h("p", { class: "soft" }, T.reading);
}

function content() {
  if (!current) return null;
  const { view, data, problem, isRead, local } = current;
  if (view.registered && session.me?.is_guest) return registerFirst();
  if (problem) return h("div", {}, alert(problem.says, problem.hint), button(T.again, reload));
  return isRead && data !== null ? view.draw(data, local) : h("p", { class: "soft" }, T.reading);
}

function head() {
  const { me, notices: news } = session;
  const brand = h(
    "a",
    { class: "brand", href: "#/" },
    h("img", { src: "/web/icon.svg", alt: "", width: 28, height: 28 }),
    "Pong",
  );
  if (!me) return h("header", {}, brand);
  const here = location.hash.slice(1) || "/";
  const { friend_requests: requests, chats: unread } = me.notifications;
  /** @type {[string, string, number][]} */
  const places = [
    ["/", T.nav.play, 0],
    ["/tournament", T.nav.tournaments, 0],
    ["/friends", T.nav.friends, requests],
    ["/chat", T.nav.chats, unread],
    ["/news", T.nav.notices, news.length],
  ];
  const items = places.map(([path, label, count]) => {
    const isHere = path === "/" ? here === path : here.startsWith(path);
    const more =
      count > 0 && h("span", { class: "count" }, String(count), h("span", { class: "unseen" }, ` ${T.nav.waiting}`));
    return h("li", {}, h("a", { href: `#${path}`, "aria-current": isHere ? "page" : undefined }, label, more));
  });
  return h(
    "header",
    {},
    brand,
    h("nav", { "aria-label": T.nav.name }, h("ul", {}, ...items)),
    h("a", { class: "me", href: `#/user/${me.id}` }, ownPicture(me), h("span", {}, me.username)),
    button(T.logOut, logOut, { class: "quiet" }),
  );
}

/** @param {NonNullable<typeof session.me>} me */
const ownPicture = (me) => {
  const isOnline = session.connection === "open";
  return h(
    "span",
    { class: isOnline ? "online dot" : "dot", title: isOnline ? T.people.online : T.people.offline },
    picture(me, 32),
  );
};

/** What holds wherever the user is: no connection, a match, a queue, an error. */
function notes() {
  const { connection, match, queue, problem, notices: news } = session;
  const seconds = queue ? (Date.now() - queue.since) / 1000 : 0;
  const isElsewhere = match && location.hash !== `#/match/${match}`;
  return [
    connection === "waiting" && h("p", { class: "note warn", key: "connection", role: "status" }, T.connection),
    isElsewhere && h("p", { class: "note", key: "match" }, T.match.runs, " ", link(`/match/${match}`, T.match.back)),
    queue &&
      h(
        "p",
        { class: "note", key: "queue" },
        T.queue.waiting[queue.mode],
        " ",
        h("b", { class: "clock" }, clock(seconds)),
        " ",
        button(T.queue.leave, leaveQueue),
        " ",
        session.house && seconds >= ALONE && button(T.queue.house, playHouse),
      ),
    problem && h("div", { key: "problem" }, alert(problem.says, problem.hint)),
    location.hash !== "#/news" &&
      news
        .filter(({ at }) => Date.now() - at < SHOWN)
        .slice(0, 2)
        .map((newest) => h("ul", { class: "note list", key: newest.id }, notice(newest))),
  ];
}

let isDrawing = false;
onChange(() => {
  if (isDrawing) return;
  isDrawing = true;
  queueMicrotask(() => {
    isDrawing = false;
    draw();
  });
});
setInterval(
  () =>
    (session.queue || current?.view.ticks || session.notices.some(({ at }) => Date.now() - at < SHOWN + 1500)) &&
    draw(),
  1000,
);
window.addEventListener("hashchange", () => session.me && navigate());

/** The user before the reload is still signed in. */
const start = () => attempt(begin);
if (pong.userId === undefined) draw();
else start();
