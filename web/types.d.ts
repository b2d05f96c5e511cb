// The types of the page's modules, which browsers don't load. They are global, so that the modules needn't import them.

import type * as Api from "../clients/javascript/types/api.js";
import type { EventStream as Stream } from "../clients/javascript/src/index.js";
import type { Game as RunningGame } from "./game/state.js";

declare global {
  type BracketMatchInstance = Api.BracketMatchInstance;
  type ChatDetailInstance = Api.ChatDetailInstance;
  type ChatInstance = Api.ChatInstance;
  type EventStream = Stream<any>;
  type FoundTournament = Api.FoundTournament;
  type FriendInstance = Api.FriendInstance;
  type LobbyInstance = Api.LobbyInstance;
  type LobbyParticipantInstance = Api.LobbyParticipantInstance;
  type MatchInstance = Api.MatchInstance;
  type Matches = Api.Matches;
  type MessageInstance = Api.MessageInstance;
  type ProfilePictureInstance = Api.ProfilePictureInstance;
  type SessionInstance = Api.SessionInstance;
  type StatsInstance = Api.StatsInstance;
  type Target = Api.Target;
  type TournamentInstance = Api.TournamentInstance;
  type UserInstance = Api.UserInstance;
  type UserMeInstance = Api.UserMeInstance;

  // ── dom.js ──
  type Props = Record<string, any> & { key?: string | number; created?: (node: any) => void };
  interface Described {
    tag: string;
    props: Props;
    children: Child[];
  }
  type Child = Described | string | number | false | null | undefined | any[];

  // ── session.js ──
  /** What a person should see: an event, and when it came. */
  interface Notice {
    id: string;
    event: any;
    at: number;
  }
  /** What went wrong, and what to do about it. */
  interface Problem {
    says: string;
    hint?: string;
  }
  /** The queue that the user waits in. */
  interface Queue {
    mode: "duel" | "ranked";
    /** This machine's time. */
    since: number;
    /** `join_at` of the ticket. */
    joined: string;
  }

  // ── view.js ──
  /** A view's own state, as long as it is open. */
  type Local = Record<string, any>;
  /** A view reads (`load`), and draws what it has read. */
  interface View {
    title: string | ((data: any) => string);
    /** Not for guests. */
    registered?: boolean;
    load?: (params: string[], signal: AbortSignal) => Promise<any>;
    draw: (data: any, local: Local) => Child;
    /** It shows the time: it is drawn each second. */
    ticks?: boolean;
    /** The events that change it: a function makes the new data of the old, `true` reads anew. */
    events?: Record<string, true | ((data: any, event: any) => any)>;
  }
  interface Open {
    view: View;
    params: string[];
    data: any;
    problem: Problem | null;
    isRead: boolean;
    local: Local;
    abort: AbortController;
    reading: boolean;
    again: boolean;
  }

  // ── parts.js ──
  /** A deleted user has id and name only. */
  type Person = Partial<Api.SmallUserInstance> & { id: number; username: string };
  /** The values of a form, by the names of its fields. */
  type Values = Record<string, string>;
  interface Field {
    name: string;
    label: string;
    type?: string;
    hint?: string;
    autocomplete?: string;
    options?: [string | number, string][];
    required?: boolean;
    maxlength?: number;
  }
  interface Part {
    name: string;
    value: number;
    of: number;
  }

  // ── views ──
  interface ProfileData {
    user: UserInstance;
    matches: any;
    stats: StatsInstance[] | null;
    trophies: Api.RankedStatsInstance[] | null;
    offset: number;
  }
  interface TournamentData {
    live: TournamentInstance | undefined;
    played: Api.PlayedTournamentInstance | undefined;
  }
  interface MatchData {
    match: Api.MatchToJoinInstance;
    game: RunningGame;
    send: (message: any[]) => void;
    /** Aim anew where the keys that are held say. */
    steer: () => void;
    connection: string;
    /** The code that the connection was closed with. */
    code: number;
    signal: AbortSignal;
  }

  // ── game/ (docs/game-protocol.md) ──
  type Game = RunningGame;
  interface Player {
    id: number;
    username: string;
    side: 0 | 1;
    present: number;
    until: number;
    /** The game server itself plays. */
    house: number;
  }
  interface Court {
    half_width: number;
    half_height: number;
    ball: number;
    paddle_depth: number;
    half_paddle: number;
    paddle_speed: number;
    columns: number[];
  }
  interface Ball {
    t: number;
    x: number;
    y: number;
    vx: number;
    vy: number;
  }
  interface Heights {
    t: number;
    heights: number[];
  }
  interface You {
    role: "player" | "spectator";
    paddle: number | null;
    side: 0 | 1 | null;
  }
  interface End {
    winner: "a" | "b" | null;
    reason: string;
  }
}
