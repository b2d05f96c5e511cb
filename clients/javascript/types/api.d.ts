// All calls and events of the API. Written by `make openapi`: change the API, not this file.

/** An event code that this version of the client doesn't know. New ones may come. */
declare enum UnknownEventCode {
  any = "",
}

/** An event that this version of the client doesn't know. */
export interface UnknownEvent {
  service: string;
  event_code: UnknownEventCode;
  type: string;
  message: string;
  target: Target[] | null;
  data: unknown;
  kwargs: unknown;
}

/** The codes of errors. New ones may come: then decide by the status. */
export type ErrorCode =
  | "already_blocked"
  | "already_friends"
  | "already_hosting"
  | "already_playing"
  | "already_registered"
  | "already_there"
  | "authentication_failed"
  | "block_not_found"
  | "blocked_by_you"
  | "blocked_pair"
  | "chat_exists"
  | "chat_hidden"
  | "chat_not_accepted"
  | "friend_request_exists"
  | "friend_request_not_found"
  | "friend_requests_not_accepted"
  | "friendship_not_found"
  | "guest_not_allowed"
  | "idempotency_key_reused"
  | "in_match"
  | "in_no_lobby"
  | "in_no_tournament"
  | "in_tournament"
  | "incorrect_password"
  | "internal_error"
  | "lobby_full"
  | "lobby_not_found"
  | "malformed_body"
  | "malformed_idempotency_key"
  | "match_finished"
  | "match_not_found"
  | "match_running"
  | "method_not_allowed"
  | "nobody_connected"
  | "not_authenticated"
  | "not_creator"
  | "not_found"
  | "not_friends"
  | "not_in_chat"
  | "not_in_lobby"
  | "not_in_match"
  | "not_in_place"
  | "not_in_queue"
  | "not_in_tournament"
  | "own_friend_request"
  | "password_confirmation_required"
  | "payload_too_large"
  | "picture_locked"
  | "picture_not_found"
  | "receiver_has_too_many_requests"
  | "self_ban"
  | "self_block"
  | "self_chat"
  | "self_invitation"
  | "self_request"
  | "service_token_required"
  | "session_not_found"
  | "spectator_not_ready"
  | "sse_connection_required"
  | "team_full"
  | "throttled"
  | "ticket_not_valid"
  | "token_not_valid"
  | "too_many_blocks"
  | "too_many_friend_requests"
  | "too_many_friends"
  | "tournament_full"
  | "tournament_not_found"
  | "tournament_started"
  | "unavailable"
  | "unsupported_media_type"
  | "uri_too_long"
  | "user_banned"
  | "user_not_found"
;

/** What each call takes and answers, by method and path. */
export interface Calls {
  delete: {
    /**
     * Delete your account.
     *
     * Needs your password, and is refused during a match. Your name is free at once, every stream of yours gets
     * `delete-user` and is closed; in other people's finished matches you are shown as `deleted-user`. Your friendships,
     * friend requests and blocks end, and the others are told.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `in_match`, 403 `guest_not_allowed`.
     */
    "/users/me/": { body?: Confirmation; answer: undefined };
    /**
     * End a block of yours; the id is the block's, not the user's.
     *
     * 404 for one of others.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`, 404 `block_not_found`.
     */
    "/users/me/blocked/{blocked_id}/": { path: { blocked_id: number }; answer: undefined };
    /**
     * Cancel a friend request that you have sent, or reject one that you have received.
     *
     * The other user gets `cancel-friend-request` or `reject-friend-request`.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`, 404 `friend_request_not_found`.
     */
    "/users/me/friend_requests/{friend_request_id}/": { path: { friend_request_id: number }; answer: undefined };
    /**
     * End a friendship.
     *
     * The friend gets `delete-friend`. 404 for one between others.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`, 404 `friendship_not_found`.
     */
    "/users/me/friends/{friendship_id}/": { path: { friendship_id: number }; answer: undefined };
    /**
     * End all your sessions but this one.
     *
     * For users and guests.
     */
    "/users/me/sessions/": { answer: undefined };
    /**
     * End one of your sessions.
     *
     * Its access and refresh tokens are refused from now on, its event streams end.
     *
     * For users and guests.
     *
     * Errors: 404 `session_not_found`.
     */
    "/users/me/sessions/{session_id}/": { path: { session_id: string }; answer: undefined };
    /**
     * Leave the duel queue.
     *
     * 404 if you aren't in it.
     *
     * For users and guests.
     *
     * Errors: 404 `not_in_queue`.
     */
    "/play/duel/": { answer: undefined };
    /**
     * Leave a lobby, also while its match runs: that goes on.
     *
     * The others get `lobby-leave`. When the creator leaves, the registered participant who joined first becomes
     * creator; with only guests left the lobby ends, and they get `lobby-destroy`.
     *
     * For users and guests.
     *
     * Errors: 403 `not_in_lobby`.
     */
    "/play/lobby/{code}/": { path: { code: string }; answer: undefined };
    /**
     * Send a participant of your lobby away for good: to them, it no longer exists.
     *
     * They get `lobby-banned`, the others `lobby-leave`. 404 if they aren't in it.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_lobby`, 403 `not_creator`, 403 `self_ban`, 403 `guest_not_allowed`, 404 `not_in_place`.
     */
    "/play/lobby/{code}/ban/{user_id}/": { path: { code: string; user_id: number }; answer: undefined };
    /**
     * Leave the ranked queue.
     *
     * 404 if you aren't in it.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`, 404 `not_in_queue`.
     */
    "/play/ranked/": { answer: undefined };
    /**
     * Leave a tournament.
     *
     * The others get `tournament-leave`.
     *
     * Before the start it is as if you had never come; the countdown is cancelled if too few are left
     * (`tournament-start-cancel`), and the last one who leaves ends the tournament. After the start you are out: you lose
     * a match that you play, and your next opponent goes on. You may come back to watch.
     *
     * For users and guests.
     *
     * Errors: 403 `not_in_tournament`.
     */
    "/play/tournament/{code}/": { path: { code: string }; answer: undefined };
    /**
     * Send a participant of your tournament away for good: to them, it no longer exists.
     *
     * They get `tournament-banned`, the others `tournament-leave`. 403 after the start; 404 if they aren't in it.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_tournament`, 403 `not_creator`, 403 `self_ban`, 403 `tournament_started`, 403
     * `guest_not_allowed`, 404 `not_in_place`.
     */
    "/play/tournament/{code}/ban/{user_id}/": { path: { code: string; user_id: number }; answer: undefined };
    /**
     * Hide a conversation from your list.
     *
     * Nothing is erased, and the other user notices nothing.
     *
     * Reading its messages, or a new one from the other user, shows it again. 403 for one of others.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_chat`, 403 `guest_not_allowed`.
     */
    "/chat/{chat_id}/": { path: { chat_id: number }; answer: undefined };
  };
  get: {
    /**
     * Read yourself: profile, settings, notifications.
     *
     * For users and guests.
     */
    "/users/me/": { answer: UserMeInstance };
    /**
     * Read the users you block, the latest block first.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`.
     */
    "/users/me/blocked/": { query?: { limit?: number; offset?: number }; answer: BlockedInstancePage };
    /**
     * Download everything that is held about you, as a JSON file.
     *
     * If it has more than 5 MB, 303 leads to the file, for an hour and without a token.
     *
     * For users and guests.
     */
    "/users/me/download-data/": { answer: UserExport };
    /**
     * Read the friend requests you have sent, without those that are answered, newest first.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`.
     */
    "/users/me/friend_requests/": { query?: { limit?: number; offset?: number }; answer: FriendRequestInstancePage };
    /**
     * Read the friend requests that you have received, newest first.
     *
     * Requests that are `new` on this page aren't `new` afterwards, and don't count in your notifications any more.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`.
     */
    "/users/me/friend_requests/received/": { query?: { limit?: number; offset?: number }; answer: FriendRequestInstancePage };
    /**
     * Read a friend request that you have sent or received.
     *
     * 404 for one between others.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`, 404 `friend_request_not_found`.
     */
    "/users/me/friend_requests/{friend_request_id}/": { path: { friend_request_id: number }; answer: FriendRequestInstance };
    /**
     * Read your friends, the latest request first.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`.
     */
    "/users/me/friends/": { query?: { online?: boolean; limit?: number; offset?: number }; answer: FriendInstancePage };
    /**
     * Read a friendship of yours.
     *
     * 404 for one between others.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`, 404 `friendship_not_found`.
     */
    "/users/me/friends/{friendship_id}/": { path: { friendship_id: number }; answer: FriendInstance };
    /**
     * List your sessions: where you are logged in.
     *
     * The latest used first. `current` is the one that asks.
     *
     * For users and guests.
     */
    "/users/me/sessions/": { answer: Array<SessionInstance> };
    /**
     * Read your statistics: `global` first, then duel, clash, ranked and tournament.
     *
     * For users and guests.
     */
    "/users/me/stats/": { answer: Array<StatsInstance> };
    /**
     * Read how your trophies changed, oldest first, from the entry made at registration.
     *
     * For users and guests.
     */
    "/users/me/stats/ranked/": { query?: { limit?: number; offset?: number }; answer: RankedStatsInstancePage };
    /**
     * Read all profile pictures: the one that you use, then those that you have unlocked, then the others.
     *
     * For users and guests.
     */
    "/users/profile-pictures/": { answer: Array<ProfilePictureInstance> };
    /**
     * Read a user, and your friendship with them.
     *
     * Someone who has blocked you can't be found.
     *
     * For users and guests.
     *
     * Errors: 404 `user_not_found`.
     */
    "/users/{user_id}/": { path: { user_id: number }; answer: UserInstance };
    /**
     * Read the finished matches of a user, newest first.
     *
     * Someone who has blocked you can't be found.
     *
     * For users and guests.
     *
     * Errors: 404 `user_not_found`.
     */
    "/game/matches/{user_id}/": { path: { user_id: number }; query?: { limit?: number; offset?: number }; answer: MatchInstancePage };
    /**
     * Read a tournament that has started, also when it is over, with all its results.
     *
     * 404 before the start.
     *
     * For users and guests.
     *
     * Errors: 404 `tournament_not_found`.
     */
    "/game/tournaments/{tournament_id}/": { path: { tournament_id: number }; answer: PlayedTournamentInstance };
    /**
     * Read the lobby that you are in.
     *
     * 404 if you are in none.
     *
     * For users and guests.
     *
     * Errors: 404 `in_no_lobby`.
     */
    "/play/lobby/": { answer: LobbyInstance };
    /**
     * Read a running match that you play or may watch, with the address of the game and your ticket in it.
     *
     * You may watch the matches of your lobby and of your tournament. 404 for any other match, and once it is over.
     *
     * For users and guests.
     *
     * Errors: 404 `match_not_found`.
     */
    "/play/match/{code}/": { path: { code: string }; answer: MatchToJoinInstance };
    /**
     * Read the tournament that you are in, from the start on with its bracket.
     *
     * 404 if you are in none.
     *
     * Once it is over, `GET /game/tournaments/<id>/` shows it.
     *
     * For users and guests.
     *
     * Errors: 404 `in_no_tournament`.
     */
    "/play/tournament/": { answer: TournamentInstance };
    /**
     * Find tournaments that haven't started by a part of their name, whatever its case, the newest first.
     *
     * Only their creator finds private ones. You don't find those that have banned you, nor those of creators whom you
     * have blocked or who have blocked you.
     *
     * For users and guests.
     */
    "/play/tournament/search/": { query?: { q?: string; limit?: number; offset?: number }; answer: FoundTournamentPage };
    /**
     * Read your conversations, those with the latest messages first.
     *
     * With `q`, those with users whose present name contains it, including the ones that you have hidden.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`.
     */
    "/chat/": { query?: { q?: string; limit?: number; offset?: number }; answer: ChatInstancePage };
    /**
     * Read a conversation of yours, without marking anything as read.
     *
     * 403 for one of others.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_chat`, 403 `guest_not_allowed`.
     */
    "/chat/{chat_id}/": { path: { chat_id: number }; answer: ChatDetailInstance };
    /**
     * Read the messages of a conversation, newest first.
     *
     * Whichever page you read, all that the other user has sent until now counts as read afterwards; this answer still
     * shows the state before. A conversation that you have hidden is shown again. 403 for one of others.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_chat`, 403 `guest_not_allowed`.
     */
    "/chat/{chat_id}/messages/": { path: { chat_id: number }; query?: { limit?: number; offset?: number }; answer: MessageInstancePage };
    /**
     * Read the match that a user plays now; `id` is the user's.
     *
     * For services.
     *
     * Errors: 403 `service_token_required`, 404 `match_not_found`.
     */
    "/private/match/{id}/": { path: { id: number }; answer: MatchInstance };
    /**
     * Read a match, and count a player as connected to it; `id` is the match's.
     *
     * 403 if they don't play in it.
     *
     * For services.
     *
     * Errors: 403 `not_in_match`, 403 `service_token_required`, 404 `match_not_found`, 409 `match_finished`.
     */
    "/private/match/{id}/{user_id}/": { path: { id: number; user_id: number }; answer: MatchInstance };
    /**
     * Read the running matches, the oldest first.
     *
     * Follow `/sse/matches/` before: what starts meanwhile comes there.
     *
     * For services.
     *
     * Errors: 403 `service_token_required`.
     */
    "/private/matches/": { query?: { state?: "running"; limit?: number; offset?: number }; answer: RunningMatchInstancePage };
    /**
     * Find the documentation.
     *
     * For anyone, without a token.
     */
    "/": { answer: Index };
    /**
     * Read the events of the stream as an AsyncAPI document.
     *
     * For anyone, without a token.
     */
    "/asyncapi.json": { answer: Record<string, unknown> };
    /**
     * Read the documentation in a browser, and try the API.
     *
     * For anyone, without a token.
     */
    "/docs/": { answer: string };
    /**
     * Whether the API can serve, by a read of its table: 503 if it can't.
     *
     * `events` tells about the streams.
     *
     * For anyone, without a token.
     */
    "/health/": { answer: Health };
    /**
     * Read this document.
     *
     * For anyone, without a token.
     */
    "/openapi.json": { answer: Record<string, unknown> };
  };
  patch: {
    /**
     * Register as the guest that you are.
     *
     * The id, the place you are in, your statistics and this session stay; your other sessions end. 403 if you are
     * registered already.
     *
     * For users and guests.
     *
     * Errors: 403 `already_registered`.
     */
    "/auth/register/guest/": { body: Registration; answer: Tokens };
    /**
     * Change your name, password or settings.
     *
     * Guests may change their name only. A new password ends all your sessions but this one.
     *
     * For users and guests.
     *
     * Errors: 403 `guest_not_allowed`.
     */
    "/users/me/": { body?: Settings; answer: UserMeInstance };
    /**
     * Change the size of the teams of your custom game.
     *
     * From `3v3` to `1v1`, all but the first of each team become spectators. The others get `lobby-update`. If everyone
     * who is left to play is ready, the match starts. 403 if you aren't the creator, and while its match runs; 405 in
     * clash.
     *
     * For users and guests.
     *
     * Errors: 403 `not_creator`, 403 `match_running`, 404 `in_no_lobby`, 409 `already_playing`.
     */
    "/play/lobby/": { body?: LobbySettings; answer: LobbyInstance };
    /**
     * Change your team in a lobby, be ready for its match, or be no longer.
     *
     * The others get `lobby-update-participant`. When everyone who plays is ready, and in a custom game both teams are
     * full, the match starts: players get `game-start`, spectators `lobby-spectate-game`, and nobody is ready any more.
     *
     * For users and guests.
     *
     * Errors: 403 `not_in_lobby`, 403 `team_full`, 403 `spectator_not_ready`, 403 `match_running`, 403
     * `blocked_pair`, 409 `already_playing`.
     */
    "/play/lobby/{code}/": { path: { code: string }; body?: Part; answer: LobbyParticipantInstance };
    /**
     * End a match because a player went away or never came: that side loses 0 to 3.
     *
     * 409 if it is over already.
     *
     * For services.
     *
     * Errors: 403 `not_in_match`, 403 `service_token_required`, 404 `match_not_found`, 409 `match_finished`.
     */
    "/private/match/finish/{match_id}/": { path: { match_id: number }; body: Absence; answer: MatchInstance };
  };
  post: {
    /**
     * Play as a guest.
     *
     * The guest is named `Guest` and 6 digits, and can become a registered user later (`PUT /auth/register/guest/`).
     *
     * For anyone, without a token.
     */
    "/auth/guest/": { answer: Tokens };
    /**
     * Log in, which begins a session.
     *
     * You have 20 sessions at most: one more ends the one that you have not used for longest. The answer, and the time it
     * takes, are the same for an unknown user and for a wrong password.
     *
     * For anyone, without a token.
     */
    "/auth/login/": { body: Login; answer: Tokens };
    /**
     * Log out.
     *
     * The session of this token ends: its access and refresh tokens are refused, its event streams end. With `all`, so do
     * all your sessions.
     *
     * For users and guests.
     */
    "/auth/logout/": { body?: LogOut; answer: undefined };
    /**
     * Get a new access token.
     *
     * The refresh token itself is the authentication. With `rotate` you get a new refresh token as well. A token that is
     * one behind is taken, and answered with the current one; one that is further behind ends its session.
     *
     * For anyone, without a token.
     */
    "/auth/refresh/": { body: Refresh; answer: RefreshedTokens };
    /**
     * Register.
     *
     * Usernames: 3 to 30 of `a-z A-Z 0-9 _ -`, unique whatever their case. Passwords: 8 to 50 of
     * `a-z A-Z 0-9 _-!@#$%^&*()`, not digits only, not a common one, not close to the username.
     *
     * For anyone, without a token.
     */
    "/auth/register/": { body: NewUser; answer: Tokens };
    /**
     * Block a user: they can't find you any more, and matchmaking never brings you together.
     *
     * It ends your friendship or friend request. 404 for guests, and for users who have blocked you. At most 50.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `self_block`, 403 `too_many_blocks`, 403 `guest_not_allowed`, 404 `user_not_found`, 409
     * `already_blocked`.
     */
    "/users/me/blocked/": { body: Unwanted; answer: BlockedInstance };
    /**
     * Ask a user to be your friend.
     *
     * They get `receive-friend-request`.
     *
     * The name may be in any case. You can't find guests, or users who have blocked you. At most 20 requests can be
     * pending.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `self_request`, 403 `blocked_by_you`, 403 `friend_requests_not_accepted`, 403
     * `too_many_friend_requests`, 403 `receiver_has_too_many_requests`, 403 `guest_not_allowed`, 404
     * `user_not_found`, 409 `friend_request_exists`, 409 `already_friends`.
     */
    "/users/me/friend_requests/": { body: Asked; answer: FriendRequestInstance };
    /**
     * Accept a friend request that you have received.
     *
     * The sender gets `accept-friend-request`.
     *
     * The friendship has the id of the request. 403 for one that you have sent, 404 for one between others.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `own_friend_request`, 403 `too_many_friends`, 403 `guest_not_allowed`, 404
     * `friend_request_not_found`.
     */
    "/users/me/friend_requests/{friend_request_id}/": { path: { friend_request_id: number }; answer: FriendInstance };
    /**
     * Queue for a duel.
     *
     * You leave any other queue, lobby or unstarted tournament. As soon as there is an opponent, both of you get
     * `game-start`. Asking again keeps your place in the queue. 409 while you play a match.
     *
     * For users and guests.
     *
     * Errors: 409 `already_playing`, 409 `in_tournament`.
     */
    "/play/duel/": { answer: QueueTicket };
    /**
     * Make a lobby and be its creator.
     *
     * A `clash` lobby is a team of up to 3, a `custom_game` has two teams and spectators, 8 users in all. You leave
     * any queue, other lobby or unstarted tournament. 409 while you play a match.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`, 409 `already_playing`, 409 `in_tournament`.
     */
    "/play/lobby/": { body: NewLobby; answer: LobbyInstance };
    /**
     * Join a lobby by its code.
     *
     * In a custom game you get into the first team with room, or watch. You leave any queue, other lobby or unstarted
     * tournament. The others get `lobby-join`. 404 also if the lobby has banned you, or its creator has blocked you;
     * 403 if it is full, or you have blocked its creator; 409 while you play a match.
     *
     * For users and guests.
     *
     * Errors: 403 `lobby_full`, 403 `blocked_by_you`, 404 `lobby_not_found`, 409 `already_playing`, 409
     * `in_tournament`.
     */
    "/play/lobby/{code}/": { path: { code: string }; answer: LobbyParticipantInstance };
    /**
     * Invite a friend to your lobby: they get `invite-clash`, `invite-1v1` or `invite-3v3`.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_lobby`, 403 `not_creator`, 403 `self_invitation`, 403 `not_friends`, 403 `user_banned`,
     * 403 `guest_not_allowed`, 404 `user_not_found`, 409 `already_there`.
     */
    "/play/lobby/{code}/invite/{user_id}/": { path: { code: string; user_id: number }; answer: undefined };
    /**
     * Say something to everybody in the lobby: the others get `lobby-message`.
     *
     * It is kept nowhere.
     *
     * 1 to 1000 characters, not counting spaces at both ends.
     *
     * For users and guests.
     *
     * Errors: 403 `not_in_lobby`.
     */
    "/play/lobby/{code}/message/": { path: { code: string }; body: LobbyMessage; answer: RoomMessage };
    /**
     * Queue for a ranked match.
     *
     * You leave any other queue, lobby or unstarted tournament. Your opponent is the one nearest to you by trophies, at
     * most 50 apart, and 50 more for every 10 seconds that the longer waiting one of you has waited. As soon as there is
     * one, both of you get `game-start`. Asking again keeps your place in the queue. 409 while you play a match.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `guest_not_allowed`, 409 `already_playing`, 409 `in_tournament`.
     */
    "/play/ranked/": { answer: QueueTicket };
    /**
     * Make a tournament and be in it.
     *
     * You leave any queue, lobby or other unstarted tournament. 403 as long as another tournament of yours isn't over,
     * even if you have left it; 409 while you play a match or may still win a tournament.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `already_hosting`, 403 `guest_not_allowed`, 409 `already_playing`, 409 `in_tournament`.
     */
    "/play/tournament/": { body: NewTournament; answer: TournamentInstance };
    /**
     * Join a tournament by its code, or come back to watch one that you are out of.
     *
     * You leave any queue, lobby or other unstarted tournament. The others get `tournament-join`. At 80 % of its size
     * everyone gets `tournament-start-at`; when it is full, or the countdown is over, `tournament-start`. 404 also if the
     * tournament has banned you, or its creator has blocked you; 403 if it is full or has started, or you have blocked
     * its creator; 409 while you play a match or may still win another tournament.
     *
     * For users and guests.
     *
     * Errors: 403 `tournament_full`, 403 `tournament_started`, 403 `blocked_by_you`, 404 `tournament_not_found`, 409
     * `already_playing`, 409 `in_tournament`.
     */
    "/play/tournament/{code}/": { path: { code: string }; answer: TournamentParticipantInstance };
    /**
     * Invite a friend: they get `invite-tournament`.
     *
     * To a private tournament only its creator invites.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_tournament`, 403 `not_creator`, 403 `tournament_started`, 403 `self_invitation`, 403
     * `not_friends`, 403 `user_banned`, 403 `guest_not_allowed`, 404 `user_not_found`, 409 `already_there`.
     */
    "/play/tournament/{code}/invite/{user_id}/": { path: { code: string; user_id: number }; answer: undefined };
    /**
     * Say something to everybody in the tournament: the others get `tournament-message`.
     *
     * It is kept nowhere.
     *
     * 1 to 1000 characters, not counting spaces at both ends.
     *
     * For users and guests.
     *
     * Errors: 403 `not_in_tournament`.
     */
    "/play/tournament/{code}/message/": { path: { code: string }; body: TournamentMessage; answer: RoomMessage };
    /**
     * Start a conversation with a user, as far as their `accept_chat_from` allows it.
     *
     * The name may be in any case. You can't find guests, or users who have blocked you.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `self_chat`, 403 `blocked_by_you`, 403 `chat_not_accepted`, 403 `guest_not_allowed`, 404
     * `user_not_found`, 409 `chat_exists`.
     */
    "/chat/": { body: Partner; answer: ChatInstance };
    /**
     * Write a message.
     *
     * The other user gets `receive-message`, and sees the conversation again if they had hidden it.
     *
     * 1 to 1000 characters, not counting spaces at both ends. 403 for a conversation of others, or one you have hidden.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_chat`, 403 `chat_hidden`, 403 `guest_not_allowed`.
     */
    "/chat/{chat_id}/messages/": { path: { chat_id: number }; body: NewMessage; answer: MessageInstance };
    /**
     * Write a message.
     *
     * The other user gets `receive-message`, and sees the conversation again if they had hidden it.
     *
     * 1 to 1000 characters, not counting spaces at both ends. 403 for a conversation of others, or one you have hidden.
     *
     * For registered users, not guests.
     *
     * Errors: 403 `not_in_chat`, 403 `chat_hidden`, 403 `guest_not_allowed`.
     */
    "/{chat_id}/messages/": { path: { chat_id: number }; body: NewMessage; answer: MessageInstance };
    /**
     * Begin a match.
     *
     * Everyone gets `game-start`, as from matchmaking. 409 if one of them plays already, or may
     *
     * still win a started tournament.
     *
     * For services.
     *
     * Errors: 403 `service_token_required`, 409 `already_playing`, 409 `in_tournament`.
     */
    "/private/match/create/": { body: NewMatch; answer: MatchInstance };
    /**
     * Ask who comes with a ticket to the match with this code: a player or a spectator.
     *
     * It changes nothing: report a player by `GET /private/match/<match id>/<user id>/`. 403 for a ticket of another
     * match, a forged one, and one of a user who has left the lobby or tournament that they watched.
     *
     * For services.
     *
     * Errors: 403 `ticket_not_valid`, 403 `service_token_required`, 404 `match_not_found`, 409 `match_finished`.
     */
    "/private/match/ticket/": { body: GivenTicket; answer: Admission };
    /**
     * Send an event to users.
     *
     * 404 if none of them is connected.
     *
     * Those who aren't connected just now get it if they come back in time with `Last-Event-ID`.
     *
     * For services.
     *
     * Errors: 403 `service_token_required`, 404 `nobody_connected`.
     */
    "/private/users/": { body: PushedEvent; answer: EventSent };
    /**
     * Book a match that was played elsewhere: statistics, the given trophies, pictures.
     *
     * It books for all players who exist, in one transaction. Sending it again books it again.
     *
     * For services.
     *
     * Errors: 403 `service_token_required`.
     */
    "/private/users/result-match/": { body: MatchResult; answer: MatchResultAnswer };
    /**
     * Book a tournament win: statistics and pictures.
     *
     * Sending it again books it again.
     *
     * For services.
     *
     * Errors: 403 `service_token_required`, 404 `user_not_found`.
     */
    "/private/users/result-tournament/": { body: TournamentResult; answer: TournamentBooked };
  };
  put: {
    /**
     * Register as the guest that you are.
     *
     * The id, the place you are in, your statistics and this session stay; your other sessions end. 403 if you are
     * registered already.
     *
     * For users and guests.
     *
     * Errors: 403 `already_registered`.
     */
    "/auth/register/guest/": { body: Registration; answer: Tokens };
    /**
     * Use a profile picture that you have unlocked.
     *
     * For users and guests.
     *
     * Errors: 403 `picture_locked`, 404 `picture_not_found`.
     */
    "/users/profile-picture/{id}/": { path: { id: number }; answer: ProfilePictureInstance };
    /**
     * Count a point of a player in the match that they play.
     *
     * The side that gets to 3 wins and the match is over.
     *
     * For services.
     *
     * Errors: 403 `service_token_required`, 404 `match_not_found`.
     */
    "/private/match/score/{user_id}/": { path: { user_id: number }; body?: Point; answer: MatchInstance };
  };
}

/** The event streams, and what each sends. */
export interface Streams {
  /** Listen to your events. */
  "/sse/users/": Event;
  /** Follow all matches. */
  "/sse/matches/": MatchEvent;
}

/** Who is gone, and how. */
export interface Absence {
  /** The player's id. */
  user_id: number;
  /** Whether the player went away, or never came. */
  finish_reason: "player-disconnect" | "player-not-connected";
}

/** When: a request is accepted; `data` is the friendship as the sender sees it. To: the sender. */
export interface AcceptFriendRequestEvent {
  /** The part of the product that it comes from. */
  service: "friends";
  /** The kind of event. */
  event_code: "accept-friend-request";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: FriendInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: ByUser;
}

/** How the account is secured. Of the password this says only whether there is one. */
export interface AccountData {
  /** Whether there is a password; guests have none. */
  has_password: boolean;
  /** How often the password was changed. */
  password_changes: number;
  /** Received friend requests that weren't listed yet. */
  new_friend_requests: Array<number>;
  /** Conversations with unread messages. */
  unread_chats: Array<number>;
  /** Your sessions. */
  sessions: Array<ExportedSession>;
}

/** Who comes with a ticket. */
export interface Admission {
  /** Whether the user plays or watches. */
  role: "player" | "spectator";
  /** The holder of the ticket. */
  user: SmallUserInstance;
  /** The side of a player; null for a spectator. */
  team: "a" | "b" | null;
  /** The match that the ticket is for. */
  match: RunningMatchInstance;
}

/** The user to ask. */
export interface Asked {
  /** The receiver's name, in any case. */
  username: string;
}

/** A user whom you have blocked. */
export interface BlockedInstance {
  /** The block's id: end the block with it. */
  id: number;
  /** The user whom you have blocked. */
  blocked: SmallUserInstance;
  /** When you blocked them. */
  blocked_at: string;
}

export interface BlockedInstancePage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<BlockedInstance>;
}

/** A match of a bracket. One that hasn't begun, or is never played, has no id, no code and no time. */
export interface BracketMatchInstance {
  /** The match's id; null if it hasn't begun. */
  id: number | null;
  /** The match's code; null if it hasn't begun. */
  code: string | null;
  /** Its number in the stage: the winners of 1 and 2 meet in number 1 of the next stage. */
  n: number;
  /** The player of side a; null as long as nobody is. */
  user_1: SmallUserInstance | DeletedUserInstance | null;
  /** The player of side b; null as long as nobody is. */
  user_2: SmallUserInstance | DeletedUserInstance | null;
  /** The winner's points; null before the end. */
  score_winner: number | null;
  /** The looser's points; null before the end. */
  score_looser: number | null;
  /**
   * How it ended; null before.
   *
   * `normal-end`: by points. `player-disconnect`, `player-not-connected`: a player was absent. `players-timeout`: no
   * player came, or time ran out. `game-not-played`, `no-game`: one or both players are out.
   */
  finish_reason: "normal-end" | "player-disconnect" | "player-not-connected" | "players-timeout" | "game-not-played" | "no-game" | null;
  /** Always `tournament`. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** Always `1v1`. */
  match_type: "1v1" | "3v3";
  /** When it began; null if it hasn't. */
  created_at: string | null;
  /** From creation to the end; of a running match, until now. */
  game_duration: string;
  /** Whether it is decided. */
  finished: boolean;
  /** Both sides, with scores and players. */
  teams: Teams;
  /** The side that won; null before the end, and if neither did. */
  winner: "a" | "b" | null;
  /** The side that lost; null before the end, and if neither did. */
  looser: "a" | "b" | null;
  /** The tournament's id. */
  tournament_id: number;
  /** The stage, 4 being the final. */
  tournament_stage_id: number;
  /** The same as `n`. */
  tournament_n: number;
}

/** The user who did it. */
export interface ByUser {
  /** The user's name. */
  username: string;
}

/**
 * When: a request is cancelled; its sender deletes the account. To: the receiver.
 *
 * When: its sender blocks the receiver of a request. To: both.
 */
export interface CancelFriendRequestEvent {
  /** The part of the product that it comes from. */
  service: "friends";
  /** The kind of event. */
  event_code: "cancel-friend-request";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: RequestId;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** A conversation, as you see it, and how much of it you haven't read. */
export interface ChatDetailInstance {
  /** The conversation's id. */
  id: number;
  /** The other user. */
  chat_with: SmallUserInstance;
  /** The newest message; null if there is none. */
  last_message: MessageInstance | null;
  /** When it was started. */
  created_at: string;
  /** Whether you see it in your list. */
  view_chat: boolean;
  /** Messages of the other user that you haven't read. */
  unread_messages: number;
}

/** A conversation, as you see it. */
export interface ChatInstance {
  /** The conversation's id. */
  id: number;
  /** The other user. */
  chat_with: SmallUserInstance;
  /** The newest message; null if there is none. */
  last_message: MessageInstance | null;
  /** When it was started. */
  created_at: string;
  /** Whether you see it in your list. */
  view_chat: boolean;
}

export interface ChatInstancePage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<ChatInstance>;
}

/** The password, to be sure. */
export interface Confirmation {
  /** Your password. */
  password?: string;
}

/** When: a friendship ends: by one of the two, a block, a deletion. To: the other one. */
export interface DeleteFriendEvent {
  /** The part of the product that it comes from. */
  service: "friends";
  /** The kind of event. */
  event_code: "delete-friend";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: FriendshipId;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** When: the account is deleted; it is the last event, and closes the streams (`data`: our choice). To: its user. */
export interface DeleteUserEvent {
  /** The part of the product that it comes from. */
  service: "user";
  /** The kind of event. */
  event_code: "delete-user";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: UserId;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** A player of a match whose account is gone. */
export interface DeletedPlayerInMatch {
  /** The points that the player scored. */
  score: number;
  /** Only in clash. */
  own_goal?: number;
  /** The change, only in ranked. */
  trophies?: number;
  /** The id that the user had. */
  id: number;
  /** Stands for the name. */
  username: "deleted-user";
}

/** What is left of a deleted user in other people's matches. */
export interface DeletedUserInstance {
  /** The id that the user had. */
  id: number;
  /** Stands for the name. */
  username: "deleted-user";
}

/** A tournament and its winner; null if it has none. */
export interface Ending {
  /** The tournament's id. */
  id: number;
  /** The tournament's name. */
  name: string;
  /** The winner's name; null without one. */
  username: string | null;
}

/**
 * What stands on the `data` line of an event, by its `event_code`.
 *
 * New codes may come: ignore the ones that you don't know. A service may send an event with other `data`.
 */
export type Event = PingEvent | ResyncEvent | TokenExpiringEvent | DeleteUserEvent | ProfilePictureUnlockedEvent | ReceiveMessageEvent | GameStartEvent | GameVoidEvent | LobbySpectateGameEvent | ReceiveFriendRequestEvent | AcceptFriendRequestEvent | RejectFriendRequestEvent | CancelFriendRequestEvent | DeleteFriendEvent | LobbyJoinEvent | LobbyLeaveEvent | LobbyBannedEvent | LobbyUpdateEvent | LobbyUpdateParticipantEvent | LobbyDestroyEvent | LobbyMessageEvent | TournamentJoinEvent | TournamentLeaveEvent | TournamentBannedEvent | TournamentStartAtEvent | TournamentStartCancelEvent | TournamentStartEvent | TournamentMatchFinishEvent | TournamentAvailableSpectateMatchesEvent | TournamentFinishEvent | TournamentMessageEvent | InviteClashEvent | Invite1v1Event | Invite3v3Event | InviteTournamentEvent | UnknownEvent;

/** What was sent, as it came. */
export interface EventSent {
  /** The receivers' ids. */
  users_id: Array<number>;
  /** The event's code. */
  event_code: string;
  /** The event's `data`; null without any. */
  data: Record<string, unknown> | null;
  /** The event's `kwargs`; null without any. */
  kwargs: Record<string, unknown> | null;
}

/** A conversation in a user's file, with all its messages. */
export interface ExportedChat {
  /** The conversation's id. */
  id: number;
  /** The other user; `deleted-user` if they have blocked the user. */
  chat_with: SmallUserInstance | DeletedUserInstance;
  /** All messages, the newest first. */
  messages: Array<ExportedMessage>;
  /** When it was started. */
  created_at: string;
  /** Whether you see it in your list. */
  view_chat: boolean;
  /** Messages of the other user that you haven't read. */
  unread_messages: number;
}

/** A friendship, with the request that it came from. */
export interface ExportedFriendship {
  /** The friendship's id. */
  id: number;
  /** The other user. */
  friend: SmallUserInstance;
  /** Matches that the friend has won against you. All these numbers count from the friendship's beginning. */
  friend_win: number;
  /** Matches that you have won against the friend. */
  me_win: number;
  /** When the request was accepted. */
  friends_since: string;
  /** Matches that you played on different sides. */
  matches_play_against: number;
  /** Matches that you played on the same side. */
  matches_played_together: number;
  /** Matches that you won on the same side. */
  matches_won_together: number;
  /** When the friend request was sent. */
  sent_at: string;
  /** The user who sent the friend request. */
  sent_by: number;
}

/** A lobby. Only its creator sees the banned users; for others `banned` is empty. */
export interface ExportedLobby {
  /** The lobby's id. */
  id: number;
  /** In the order of joining. */
  participants: Array<LobbyParticipantInstance>;
  /** Whether nobody can join any more. */
  is_full: boolean;
  /** Whether everyone who is to play is ready: a clash lobby then waits for others. */
  is_ready: boolean;
  /** The code to join by. */
  code: string;
  /** How many users can be in it. */
  max_participants: number;
  /** When it was made. */
  created_at: string;
  /** `clash` is a team of 3 that waits for another; `custom_game` has two teams and spectators. */
  game_mode: "clash" | "custom_game";
  /** The size of the teams. */
  match_type: "1v1" | "3v3";
  /** The code of the match that the lobby plays. */
  game_playing: string | null;
  /** The banned users. */
  banned: Array<number>;
}

/** A match, with all that is kept of it. */
export interface ExportedMatch {
  /** The match's id. */
  id: number;
  /** The match's code. */
  code: string;
  /** Where it comes from: a queue (`duel`, `ranked`), a lobby (`clash`, `custom_game`), a tournament. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** The size of the teams. */
  match_type: "1v1" | "3v3";
  /** When it began. */
  created_at: string;
  /** From creation to the end; of a running match, until now. */
  game_duration: string;
  /** Whether it is over. */
  finished: boolean;
  /** Both sides, with scores and players. */
  teams: Teams;
  /** The side that won; null while it runs. */
  winner: "a" | "b" | null;
  /** The side that lost; null while it runs. */
  looser: "a" | "b" | null;
  /** The tournament; null elsewhere. */
  tournament_id: number | null;
  /** The tournament's stage, 4 being the final; null elsewhere. */
  tournament_stage_id: number | null;
  /** Its number in the stage, from 1; null elsewhere. */
  tournament_n: number | null;
  /** When it ended; null while it runs. */
  finished_at: string | null;
  /** How it ended, as in `BracketMatchInstance`; null while it runs. */
  finish_reason: string | null;
}

/** A message in a user's file. Its author is `deleted-user` if they have blocked the user. */
export interface ExportedMessage {
  /** The message's id. */
  id: number;
  /** The conversation's id. */
  chat_id: number;
  /** The user who wrote it. */
  author: SmallUserInstance | DeletedUserInstance;
  /** The text. */
  content: string;
  /** When it was written. */
  sent_at: string;
  /** Whether its receiver has read it. */
  is_read: boolean;
}

/** A session, with what is kept of its tokens. */
export interface ExportedSession {
  /** The session's id. */
  id: string;
  /** The client's User-Agent. */
  client: string;
  /** When you logged in. */
  created_at: string;
  /** When it was last refreshed, to 5 minutes. */
  last_used: string;
  /** When all its tokens have expired. */
  ends_at: string;
  /** How often its refresh token was replaced. */
  rotations: number;
}

/** A tournament. Only its creator sees the banned users; for others `banned` is empty. */
export interface ExportedTournament {
  /** The tournament's id. */
  id: number;
  /** The tournament's name. */
  name: string;
  /** Who is in it, to play or to watch, in the order of joining. */
  participants: Array<TournamentParticipantInstance>;
  /** Whether only its code leads to it, not the search. */
  private: boolean;
  /** Whether it has started. */
  is_started: boolean;
  /** When the countdown ends; null while there is none. */
  start_at: string | null;
  /** The code to join by. */
  code: string;
  /** How many can play. */
  size: number;
  /** When it was made. */
  created_at: string;
  /** The creator's id. */
  created_by: number;
  /** Only once it has started. */
  matches?: Matches | null;
  /** The banned users. */
  banned: Array<number>;
}

/** A finished match, and why it ended. */
export interface FinishedMatchInstance {
  /** The match's id. */
  id: number;
  /** The match's code. */
  code: string;
  /** Where it comes from: a queue (`duel`, `ranked`), a lobby (`clash`, `custom_game`), a tournament. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** The size of the teams. */
  match_type: "1v1" | "3v3";
  /** When it began. */
  created_at: string;
  /** From creation to the end; of a running match, until now. */
  game_duration: string;
  /** Whether it is over. */
  finished: boolean;
  /** Both sides, with scores and players. */
  teams: Teams;
  /** The side that won; null while it runs. */
  winner: "a" | "b" | null;
  /** The side that lost; null while it runs. */
  looser: "a" | "b" | null;
  /** The tournament; null elsewhere. */
  tournament_id: number | null;
  /** The tournament's stage, 4 being the final; null elsewhere. */
  tournament_stage_id: number | null;
  /** Its number in the stage, from 1; null elsewhere. */
  tournament_n: number | null;
  /** Why it ended. */
  finish_reason: "normal-end" | "player-disconnect" | "player-not-connected" | "players-timeout" | "game-not-played" | "no-game";
}

/** A tournament that can be joined. */
export interface FoundTournament {
  /** The tournament's id. */
  id: number;
  /** The code to join by. */
  code: string;
  /** The tournament's name. */
  name: string;
  /** How many are in it. */
  n_participants: number;
  /** How many can play. */
  size: number;
  /** The creator's name. */
  created_by: string;
}

export interface FoundTournamentPage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<FoundTournament>;
}

/** A friendship, seen from one side. */
export interface FriendInstance {
  /** The friendship's id. */
  id: number;
  /** The other user. */
  friend: SmallUserInstance;
  /** Matches that the friend has won against you. All these numbers count from the friendship's beginning. */
  friend_win: number;
  /** Matches that you have won against the friend. */
  me_win: number;
  /** When the request was accepted. */
  friends_since: string;
  /** Matches that you played on different sides. */
  matches_play_against: number;
  /** Matches that you played on the same side. */
  matches_played_together: number;
  /** Matches that you won on the same side. */
  matches_won_together: number;
}

export interface FriendInstancePage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<FriendInstance>;
}

/** A friend request without an answer yet. */
export interface FriendRequestInstance {
  /** The request's id. */
  id: number;
  /** The user who sent it. */
  sender: SmallUserInstance;
  /** The user who can accept it. */
  receiver: SmallUserInstance;
  /** When it was sent. */
  send_at: string;
  /** Only to the receiver: whether it wasn't listed yet. */
  new?: boolean;
}

export interface FriendRequestInstancePage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<FriendRequestInstance>;
}

/** Relations to others. */
export interface FriendsData {
  /** Your friends. */
  friends: Array<ExportedFriendship>;
  /** Friend requests that you sent. */
  friend_requests_sent: Array<FriendRequestInstance>;
  /** Friend requests that you received. */
  friend_requests_received: Array<FriendRequestInstance>;
  /** Users whom you have blocked. */
  blocked_users: Array<BlockedInstance>;
}

/** The friendship. */
export interface FriendshipId {
  /** The friendship's id. */
  id: number;
}

/** What was played. */
export interface GameData {
  /** Your matches. */
  matches: Array<ExportedMatch>;
  /** The tournaments that you played. */
  tournament: Array<PlayedTournamentInstance>;
}

/** When: a match starts, of whatever mode. To: its players. */
export interface GameStartEvent {
  /** The part of the product that it comes from. */
  service: "game";
  /** The kind of event. */
  event_code: "game-start";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: MatchInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** When: a match is void: no player came, or its time ran out at a tie. To: its players. */
export interface GameVoidEvent {
  /** The part of the product that it comes from. */
  service: "game";
  /** The kind of event. */
  event_code: "game-void";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: VoidMatch;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** A ticket, and the code in the path that it came with. */
export interface GivenTicket {
  /** What stands behind `?ticket=` in the client's address. */
  ticket: string;
  /** The code in the path of the client's address. */
  code: string;
}

/** The API can serve. */
export interface Health {
  /** Always `ok`. */
  status: "ok";
  /** Always `ok`: without its table the API answers 503. */
  table: "ok";
  /** Whether an SSE process serves event streams. One that was killed counts for half a minute. */
  events: "ok" | "down";
}

/** The addresses of the documentation. */
export interface Index {
  /** A page for browsers. */
  docs: string;
  /** The OpenAPI document: calls. */
  openapi: string;
  /** The AsyncAPI document: events. */
  asyncapi: string;
}

/** When: an invitation to a custom game, by its `match_type`. To: the friend. */
export interface Invite1v1Event {
  /** The part of the product that it comes from. */
  service: "invite";
  /** The kind of event. */
  event_code: "invite-1v1";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: PlaceCode;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: Inviter;
}

/** When: an invitation to a custom game, by its `match_type`. To: the friend. */
export interface Invite3v3Event {
  /** The part of the product that it comes from. */
  service: "invite";
  /** The kind of event. */
  event_code: "invite-3v3";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: PlaceCode;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: Inviter;
}

/** When: an invitation to a clash lobby. To: the friend. */
export interface InviteClashEvent {
  /** The part of the product that it comes from. */
  service: "invite";
  /** The kind of event. */
  event_code: "invite-clash";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: PlaceCode;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: Inviter;
}

/** When: an invitation to a tournament. To: the friend. */
export interface InviteTournamentEvent {
  /** The part of the product that it comes from. */
  service: "invite";
  /** The kind of event. */
  event_code: "invite-tournament";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: PlaceCode;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: Inviter;
}

/** The user who invites, and the code to join. */
export interface Inviter {
  /** The user's name. */
  username: string;
  /** The code to join by. */
  code: string;
}

/** When: a participant is banned, or blocked by the creator. To: that user. */
export interface LobbyBannedEvent {
  /** The part of the product that it comes from. */
  service: "lobby";
  /** The kind of event. */
  event_code: "lobby-banned";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: null;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** The new type of its matches. */
export interface LobbyChange {
  /** The size of the teams. */
  match_type: "1v1" | "3v3";
}

/** When: the creator leaves only guests behind. To: those guests, without a `lobby-leave`. */
export interface LobbyDestroyEvent {
  /** The part of the product that it comes from. */
  service: "lobby";
  /** The kind of event. */
  event_code: "lobby-destroy";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: null;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** A lobby. */
export interface LobbyInstance {
  /** The lobby's id. */
  id: number;
  /** In the order of joining. */
  participants: Array<LobbyParticipantInstance>;
  /** Whether nobody can join any more. */
  is_full: boolean;
  /** Whether everyone who is to play is ready: a clash lobby then waits for others. */
  is_ready: boolean;
  /** The code to join by. */
  code: string;
  /** How many users can be in it. */
  max_participants: number;
  /** When it was made. */
  created_at: string;
  /** `clash` is a team of 3 that waits for another; `custom_game` has two teams and spectators. */
  game_mode: "clash" | "custom_game";
  /** The size of the teams. */
  match_type: "1v1" | "3v3";
  /** The code of the match that the lobby plays. */
  game_playing: string | null;
}

/** When: a user joins. To: those already in it. */
export interface LobbyJoinEvent {
  /** The part of the product that it comes from. */
  service: "lobby";
  /** The kind of event. */
  event_code: "lobby-join";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: LobbyParticipantInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: ByUser;
}

/** When: a participant leaves: on request, by joining elsewhere, going offline, deletion, ban, block. To: those who stay. */
export interface LobbyLeaveEvent {
  /** The part of the product that it comes from. */
  service: "lobby";
  /** The kind of event. */
  event_code: "lobby-leave";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: UserId;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: ByUser;
}

/** What to say. */
export interface LobbyMessage {
  /** The text. */
  content: string;
}

/** When: a message. To: everyone else in it without a block between them and the author. */
export interface LobbyMessageEvent {
  /** The part of the product that it comes from. */
  service: "lobby";
  /** The kind of event. */
  event_code: "lobby-message";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: RoomText;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: ByUser;
}

/** A user in a lobby. */
export interface LobbyParticipantInstance {
  /** The user's id. */
  id: number;
  /** The user's name. */
  username: string;
  /** Whether the user plays without having registered. */
  is_guest: boolean;
  /** The picture that the user uses. */
  profile_picture: SmallProfilePictureInstance;
  /** Whether the user is online and playing. */
  status: Status;
  /** The user's trophies, won and lost in ranked matches. */
  trophies: number;
  /** Whether the user made the lobby. */
  creator: boolean;
  /** Only in custom games. */
  team?: "a" | "b" | "spectator";
  /** When the user joined. */
  join_at: string;
  /** Whether the user is ready to play. */
  is_ready: boolean;
}

/** What to change; what isn't sent stays. */
export interface LobbySettings {
  /** The size of the teams. */
  match_type?: "1v1" | "3v3";
}

/** When: the lobby's match starts. To: its spectators. */
export interface LobbySpectateGameEvent {
  /** The part of the product that it comes from. */
  service: "lobby";
  /** The kind of event. */
  event_code: "lobby-spectate-game";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: MatchCode;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** When: `match_type` changes. To: everyone but the creator. */
export interface LobbyUpdateEvent {
  /** The part of the product that it comes from. */
  service: "lobby";
  /** The kind of event. */
  event_code: "lobby-update";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: LobbyChange;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/**
 * When: team or readiness change. To: everyone but the one who changed it.
 *
 * When: the creator leaves: the new creator, after `lobby-leave`. To: everyone who stays.
 *
 * When: a change of `match_type` makes a spectator; a departure from a clash lobby ends readiness. To: everyone.
 */
export interface LobbyUpdateParticipantEvent {
  /** The part of the product that it comes from. */
  service: "lobby";
  /** The kind of event. */
  event_code: "lobby-update-participant";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: ParticipantChange;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** With `all`, every session of the user ends. */
export interface LogOut {
  /** Whether all sessions end, or only this one. */
  all?: boolean;
}

/** Username, in any case, and password. */
export interface Login {
  /** The name, in any case. */
  username: string;
  /** The password. */
  password: string;
}

/** The match. */
export interface MatchCode {
  /** The match's code. */
  code: string;
}

/**
 * What stands on the `data` line of an event of `/sse/matches/`, by its `event_code`.
 *
 * New codes may come: ignore the ones that you don't know.
 */
export type MatchEvent = PingEvent | ResyncEvent | TokenExpiringEvent | MatchStartEvent | MatchFinishEvent | MatchVoidEvent | UnknownEvent;

/** When: a match has a winner. To: services that follow all matches. */
export interface MatchFinishEvent {
  /** The part of the product that it comes from. */
  service: "game";
  /** The kind of event. */
  event_code: "match-finish";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: FinishedMatchInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** A match, running or finished. */
export interface MatchInstance {
  /** The match's id. */
  id: number;
  /** The match's code. */
  code: string;
  /** Where it comes from: a queue (`duel`, `ranked`), a lobby (`clash`, `custom_game`), a tournament. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** The size of the teams. */
  match_type: "1v1" | "3v3";
  /** When it began. */
  created_at: string;
  /** From creation to the end; of a running match, until now. */
  game_duration: string;
  /** Whether it is over. */
  finished: boolean;
  /** Both sides, with scores and players. */
  teams: Teams;
  /** The side that won; null while it runs. */
  winner: "a" | "b" | null;
  /** The side that lost; null while it runs. */
  looser: "a" | "b" | null;
  /** The tournament; null elsewhere. */
  tournament_id: number | null;
  /** The tournament's stage, 4 being the final; null elsewhere. */
  tournament_stage_id: number | null;
  /** Its number in the stage, from 1; null elsewhere. */
  tournament_n: number | null;
}

export interface MatchInstancePage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<MatchInstance>;
}

/** A finished match. */
export interface MatchResult {
  /** The mode that it counts for. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** Both sides, with scores and players. */
  teams: ResultTeams;
  /** The side that won. */
  winner: "a" | "b";
  /** The side that lost: the other one. */
  looser: "a" | "b";
}

/** A finished match. */
export interface MatchResultAnswer {
  /** The mode that it counts for. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** Both sides, with scores and players. */
  teams: ResultTeamsAnswer;
  /** The side that won. */
  winner: "a" | "b";
  /** The side that lost: the other one. */
  looser: "a" | "b";
}

/** When: a match starts, of whatever mode. To: services that follow all matches. */
export interface MatchStartEvent {
  /** The part of the product that it comes from. */
  service: "game";
  /** The kind of event. */
  event_code: "match-start";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: RunningMatchInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** A running match, and the way to it. */
export interface MatchToJoinInstance {
  /** The match's id. */
  id: number;
  /** The match's code. */
  code: string;
  /** Where it comes from: a queue (`duel`, `ranked`), a lobby (`clash`, `custom_game`), a tournament. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** The size of the teams. */
  match_type: "1v1" | "3v3";
  /** When it began. */
  created_at: string;
  /** From creation to the end; of a running match, until now. */
  game_duration: string;
  /** Whether it is over. */
  finished: boolean;
  /** Both sides, with scores and players. */
  teams: Teams;
  /** The side that won; null while it runs. */
  winner: "a" | "b" | null;
  /** The side that lost; null while it runs. */
  looser: "a" | "b" | null;
  /** The tournament; null elsewhere. */
  tournament_id: number | null;
  /** The tournament's stage, 4 being the final; null elsewhere. */
  tournament_stage_id: number | null;
  /** Its number in the stage, from 1; null elsewhere. */
  tournament_n: number | null;
  /** Whether the user plays or watches. */
  role: "player" | "spectator";
  /** The address of the game, with your ticket. */
  url: string;
}

/** When: a match is removed without a result. To: services that follow all matches. */
export interface MatchVoidEvent {
  /** The part of the product that it comes from. */
  service: "game";
  /** The kind of event. */
  event_code: "match-void";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: VoidMatch;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** The bracket, stage by stage; a stage that the tournament is too small for is left out. */
export interface Matches {
  /** The matches of the last 16; only in tournaments of 16. */
  "round-of-16"?: Array<BracketMatchInstance> | null;
  /** The matches of the last 8; not in tournaments of 4. */
  "quarter-final"?: Array<BracketMatchInstance> | null;
  /** The two matches of the last 4. */
  "semi-final": Array<BracketMatchInstance>;
  /** The final, a list of one. */
  final: Array<BracketMatchInstance>;
}

/** A message of a conversation. */
export interface MessageInstance {
  /** The message's id. */
  id: number;
  /** The conversation's id. */
  chat_id: number;
  /** The user who wrote it. */
  author: SmallUserInstance;
  /** The text. */
  content: string;
  /** When it was written. */
  sent_at: string;
  /** Whether its receiver has read it. */
  is_read: boolean;
}

export interface MessageInstancePage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<MessageInstance>;
}

/** The author, the text, and the conversation. */
export interface MessageWords {
  /** The user's name. */
  username: string;
  /** The text. */
  message: string;
  /** The conversation's id. */
  chat_id: number;
}

/** What is to be played. `match_type` is the size of a custom game's teams; a clash is always `3v3`. */
export interface NewLobby {
  /** `clash` is a team of 3 that waits for another; `custom_game` has two teams and spectators. */
  game_mode: "clash" | "custom_game";
  /** The size of the teams. */
  match_type?: "1v1" | "3v3";
}

/** A mode and two teams of 1 or 3: 3 in clash, either in custom games, 1 elsewhere. */
export interface NewMatch {
  /** The mode that it counts for. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** Both sides, with their players. */
  teams: TwoTeams;
}

/** What to say. */
export interface NewMessage {
  /** The text. */
  content: string;
  /** The other user has the conversation open just now: the message counts as read. */
  is_read?: boolean;
}

/** Its name and size. Only its creator finds a private tournament in the search; others need its code. */
export interface NewTournament {
  /** The tournament's name. */
  name: string;
  /** How many can play. */
  size: 4 | 8 | 16;
  /** Whether only its code leads others to it, not the search. */
  private?: boolean;
}

/** A username that nobody has, and a password. */
export interface NewUser {
  /** The name to have. */
  username: string;
  /** The password to log in with. */
  password: string;
}

/** The numbers of things that you haven't looked at. */
export interface Notifications {
  /** Received friend requests that weren't listed yet. */
  friend_requests: number;
  /** Conversations with unread messages. */
  chats: number;
}

/** What to change; what isn't sent stays. There are no teams in clash. */
export interface Part {
  /** Whether you are ready to play; spectators can't be. */
  is_ready?: boolean;
  /** The team that you play in; `spectator` watches. */
  team?: "a" | "b" | "spectator";
}

/** The participant, and those fields that have changed. */
export interface ParticipantChange {
  /** The participant's id. */
  id: number;
  /** Whether the user is the creator now; only if that changed. */
  creator?: boolean | null;
  /** The team; only if it changed. */
  team?: "a" | "b" | "spectator";
  /** Whether the user is ready to play; only if that changed. */
  is_ready?: boolean | null;
}

/** The other user. */
export interface Partner {
  /** The other user's name, in any case. */
  username: string;
}

/** The picture's number. */
export interface PictureId {
  /** The picture's number. */
  id: number;
}

/** When: every 15 seconds. To: every stream, without an id. */
export interface PingEvent {
  /** The part of the product that it comes from. */
  service: "auth";
  /** The kind of event. */
  event_code: "ping";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: null;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** A lobby or tournament, and the code to join it. */
export interface PlaceCode {
  /** The id of the lobby or tournament. */
  id: number;
  /** The code to join by. */
  code: string;
}

/** Where the user is just now. */
export interface PlaceData {
  /** The servers that hold an open event stream of yours. */
  event_streams: Array<string>;
  /** When you last came or went. */
  last_online: string;
  /** Your place in a queue; null without one. */
  queue: QueueTicket | null;
  /** The lobby that you are in; null without one. */
  lobby: ExportedLobby | null;
  /** The tournament that you are in; null without one. */
  tournament: ExportedTournament | null;
  /** The tournament that you have created and that isn't over, whether you are in it or not. */
  hosted_tournament: number | null;
  /** The match being played. */
  match: MatchInstance | null;
}

/** A tournament that has started, and may be over. */
export interface PlayedTournamentInstance {
  /** The tournament's id. */
  id: number;
  /** The tournament's name. */
  name: string;
  /** When it started. */
  start_at: string;
  /** Null as long as it is being played. */
  finish_at: string | null;
  /** How many could play. */
  size: number;
  /** When it was made. */
  created_at: string;
  /** The creator's id. */
  created_by: number;
  /** The bracket, stage by stage. */
  matches: Matches;
}

/** A player. */
export interface PlayerId {
  /** The player's id. */
  id: number;
}

/** A player of a match. `trophies` is the match's change in ranked, the player's total elsewhere. */
export interface PlayerInMatch {
  /** The points that the player scored. */
  score: number;
  /** Only in clash. */
  own_goal?: number;
  /** In ranked the change that the match made, elsewhere the player's total. */
  trophies: number;
  /** The user's id. */
  id: number;
  /** The user's name. */
  username: string;
  /** Whether the user plays without having registered. */
  is_guest: boolean;
  /** The picture that the user uses. */
  profile_picture: SmallProfilePictureInstance;
  /** Whether the user is online and playing. */
  status: Status;
}

/** Whether the player hit the own goal: then the other side gets the point. */
export interface Point {
  /** Whether it went into the player's own goal. */
  own_goal?: boolean;
}

/** A profile picture, as you see it. */
export interface ProfilePictureInstance {
  /** The picture's number, from 1. */
  id: number;
  /** The picture's name. */
  name: string;
  /** How the picture is unlocked. */
  unlock_reason: string;
  /** Whether you have unlocked it. */
  unlock: boolean;
  /** Whether you use it. */
  is_equiped: boolean;
  /** The path of the picture in full size. */
  url: string;
  /** The path of the picture at 64 pixels. */
  small: string;
  /** The path of the picture at 128 pixels. */
  medium: string;
  /** The path of the picture at 256 pixels. */
  large: string;
}

/** When: a picture is unlocked. To: its user. */
export interface ProfilePictureUnlockedEvent {
  /** The part of the product that it comes from. */
  service: "user";
  /** The kind of event. */
  event_code: "profile-picture-unlocked";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: ProfilePictureInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: PictureId;
}

/** An event and who gets it. In kwargs, `username`, `winner` and `looser` may be users' ids. */
export interface PushedEvent {
  /** The receivers' ids. */
  users_id: Array<number>;
  /** The event's code, from the catalogue. */
  event_code: string;
  /** The event's `data`; any object. */
  data?: Record<string, unknown> | null;
  /** The event's `kwargs`: what its message and targets are made of. */
  kwargs?: Record<string, unknown> | null;
}

/** A user's place in a queue. */
export interface QueueTicket {
  /** The ticket's id. */
  id: number;
  /** The queue. */
  game_mode: "duel" | "ranked";
  /** Your trophies on joining: `ranked` goes by them. */
  trophies: number;
  /** When you joined. */
  join_at: string;
}

/** One change of trophies and the total after it. */
export interface RankedStatsInstance {
  /** The change's id. */
  id: number;
  /** The change; negative after a defeat. */
  trophies: number;
  /** The trophies after it. */
  total_trophies: number;
  /** When they changed. */
  at: string;
}

export interface RankedStatsInstancePage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<RankedStatsInstance>;
}

/** When: a request is sent. To: the receiver. */
export interface ReceiveFriendRequestEvent {
  /** The part of the product that it comes from. */
  service: "friends";
  /** The kind of event. */
  event_code: "receive-friend-request";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: FriendRequestInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: RequestBy;
}

/** When: a message is written, also if the receiver has the conversation open or hidden. To: the receiver. */
export interface ReceiveMessageEvent {
  /** The part of the product that it comes from. */
  service: "chat";
  /** The kind of event. */
  event_code: "receive-message";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: MessageInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: MessageWords;
}

/** The refresh token. With `rotate` the answer has its successor, too. */
export interface Refresh {
  /** The refresh token. */
  refresh: string;
  /** Whether to get the next refresh token, too. */
  rotate?: boolean;
}

/** An access token; for a client that asked to rotate, the next refresh token as well. */
export interface RefreshedTokens {
  /** The access token, good for 30 minutes. */
  access: string;
  /** The next refresh token, only with `rotate`: it takes the place of the one that you sent. */
  refresh?: string;
}

/** A username, which may be the guest's own, and a password. */
export interface Registration {
  /** The name to have from now on. */
  username: string;
  /** The password to log in with. */
  password: string;
}

/** When: a request is rejected; its receiver blocks the sender, or deletes the account. To: the sender. */
export interface RejectFriendRequestEvent {
  /** The part of the product that it comes from. */
  service: "friends";
  /** The kind of event. */
  event_code: "reject-friend-request";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: RequestId;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** The sender, and the request. */
export interface RequestBy {
  /** The user's name. */
  username: string;
  /** The request's id. */
  id: number;
}

/** The friend request. */
export interface RequestId {
  /** The request's id. */
  id: number;
}

/** One side. */
export interface ResultTeam {
  /** The side's points. */
  score: number;
  /** The side's players. */
  players: Array<Share>;
}

/** One side. */
export interface ResultTeamAnswer {
  /** The side's points. */
  score: number;
  /** The side's players. */
  players: Array<ShareAnswer>;
}

/** Both sides. */
export interface ResultTeams {
  /** Side a. */
  a: ResultTeam;
  /** Side b. */
  b: ResultTeam;
}

/** Both sides. */
export interface ResultTeamsAnswer {
  /** Side a. */
  a: ResultTeamAnswer;
  /** Side b. */
  b: ResultTeamAnswer;
}

/** A result: names of the users and scores. A name is null where there is no such user. */
export interface ResultWords {
  /** The winner's name; null without one. */
  winner: string | null;
  /** The looser's name; null without one. */
  looser: string | null;
  /** The winner's points. */
  score_winner: number;
  /** The looser's points. */
  score_looser: number;
  /** How the match ended, as in `BracketMatchInstance`. */
  finish_reason: "normal-end" | "player-disconnect" | "player-not-connected" | "players-timeout" | "game-not-played" | "no-game";
}

/** When: missed events can't be sent in full: fetch the state anew. To: the stream that resumes. */
export interface ResyncEvent {
  /** The part of the product that it comes from. */
  service: "auth";
  /** The kind of event. */
  event_code: "resync";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: null;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** A message to everybody in a lobby or tournament. */
export interface RoomMessage {
  /** Who said it. */
  id: number;
  /** The text. */
  content: string;
}

/** The author and the text. */
export interface RoomText {
  /** The author. */
  id: number;
  /** The text. */
  content: string;
}

/** A running match, as a game server needs it. */
export interface RunningMatchInstance {
  /** The match's id. */
  id: number;
  /** The match's code. */
  code: string;
  /** Where it comes from: a queue (`duel`, `ranked`), a lobby (`clash`, `custom_game`), a tournament. */
  game_mode: "duel" | "ranked" | "clash" | "custom_game" | "tournament";
  /** The size of the teams. */
  match_type: "1v1" | "3v3";
  /** When it began. */
  created_at: string;
  /** From creation to the end; of a running match, until now. */
  game_duration: string;
  /** Whether it is over. */
  finished: boolean;
  /** Both sides, with scores and players. */
  teams: Teams;
  /** The side that won; null while it runs. */
  winner: "a" | "b" | null;
  /** The side that lost; null while it runs. */
  looser: "a" | "b" | null;
  /** The tournament; null elsewhere. */
  tournament_id: number | null;
  /** The tournament's stage, 4 being the final; null elsewhere. */
  tournament_stage_id: number | null;
  /** Its number in the stage, from 1; null elsewhere. */
  tournament_n: number | null;
  /** The side that has so many points first wins. */
  points_to_win: number;
  /** Without a connected player until then, the match is void. */
  connect_before: string;
  /** A match that runs until then is closed. */
  finish_before: string;
}

export interface RunningMatchInstancePage {
  /** How many there are in all. */
  count: number;
  /** The URL of the next page; null at the end. */
  next: string | null;
  /** The URL of the page before; null at the start. */
  previous: string | null;
  /** This page's part of the list. */
  results: Array<RunningMatchInstance>;
}

/** The codes of the running matches by their ids. */
export type RunningMatches = Record<string, string>;

/** One login. */
export interface SessionInstance {
  /** The session's id. */
  id: string;
  /** The client's User-Agent. */
  client: string;
  /** When you logged in. */
  created_at: string;
  /** When it was last refreshed, to 5 minutes. */
  last_used: string;
  /** Whether it is the session of this request. */
  current: boolean;
}

/** What to change; what isn't sent stays. A new password needs `old_password`. */
export interface Settings {
  /** The new name. */
  username?: string;
  /** The new password. */
  password?: string;
  /** The present password; needed for a new one. */
  old_password?: string;
  /** Whether others may send you friend requests. */
  accept_friend_request?: boolean;
  /** Who may start a conversation with you; `none` is nobody. */
  accept_chat_from?: "none" | "friends_only" | "everyone";
}

/** What one player did; `trophies` is the change in ranked. */
export interface Share {
  /** The player's id. */
  id: number;
  /** The points that the player scored. */
  score: number;
  /** The player's own goals; counted in clash. */
  own_goal?: number;
  /** The change of the player's trophies; counted in ranked. */
  trophies?: number;
}

/** What one player did; `trophies` is the change in ranked. */
export interface ShareAnswer {
  /** The player's id. */
  id: number;
  /** The points that the player scored. */
  score: number;
  /** The player's own goals; counted in clash. */
  own_goal: number;
  /** The change of the player's trophies; counted in ranked. */
  trophies: number;
}

/** A profile picture in its small sizes. */
export interface SmallProfilePictureInstance {
  /** The picture's number, from 1. */
  id: number;
  /** The picture's name. */
  name: string;
  /** The path of the picture at 64 pixels. */
  small: string;
  /** The path of the picture at 128 pixels. */
  medium: string;
}

/** A user, as shown everywhere. */
export interface SmallUserInstance {
  /** The user's id. */
  id: number;
  /** The user's name. */
  username: string;
  /** Whether the user plays without having registered. */
  is_guest: boolean;
  /** The picture that the user uses. */
  profile_picture: SmallProfilePictureInstance;
  /** Whether the user is online and playing. */
  status: Status;
  /** The user's trophies, won and lost in ranked matches. */
  trophies: number;
}

/** A tournament, and when it starts; null if it doesn't. */
export interface StartTime {
  /** The tournament's id. */
  id: number;
  /** When the countdown ends; null if it was stopped. */
  start_at: string | null;
}

/** One game mode, or all of them. Fields that a mode doesn't have are left out. */
export interface StatsInstance {
  /** An id of this line. */
  id: number;
  /** The mode; `global` is all of them. */
  game_mode: "global" | "duel" | "clash" | "ranked" | "tournament";
  /** Finished matches. */
  game_played: number;
  /** Matches won. */
  wins: number;
  /** Points scored. */
  scored: number;
  /** The most matches won in a row. */
  longest_win_streak: number;
  /** Matches won since the last defeat. */
  current_win_streak: number;
  /** Only in clash. */
  own_goals?: number;
  /** Only in tournament. */
  tournament_wins?: number;
}

/** Whether a user is there, and playing. */
export interface Status {
  /** Whether the user has an open event stream. */
  is_online: boolean;
  /** The code of the match being played. */
  game_playing: string | null;
  /** When the user last came or went. */
  last_online: string;
}

/** What the receiver of an event can do about it. */
export interface Target {
  /** The address; without a host, this API's or the front end's. */
  url: string;
  /** `url`: a page of the front end. `api`: a call of this API. `websocket`: a game server. */
  type: "url" | "api" | "websocket";
  /** The call's method; null for pages and game servers. */
  method: string | null;
  /** What to write on a button; null without one. */
  display_name: string | null;
  /** The path of an icon for the button; null without one. */
  display_icon: string | null;
}

/** One side of a match. */
export interface TeamInMatch {
  /** The side's points. */
  score: number;
  /** The side's players. */
  players: Array<PlayerInMatch | DeletedPlayerInMatch>;
}

/** Both sides. */
export interface Teams {
  /** Side a. */
  a: TeamInMatch;
  /** Side b. */
  b: TeamInMatch;
}

/** When: a minute before the stream's token expires: refresh, and resume. To: that stream, without an id. */
export interface TokenExpiringEvent {
  /** The part of the product that it comes from. */
  service: "auth";
  /** The kind of event. */
  event_code: "token-expiring";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: null;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** An access token, and a refresh token that gives new ones. */
export interface Tokens {
  /** The access token, good for 30 minutes. */
  access: string;
  /** The refresh token, for `POST /api/auth/refresh/`. */
  refresh: string;
}

/** When: while matches run: a participant is eliminated, an eliminated one comes back, a stage begins. To: the eliminated user. */
export interface TournamentAvailableSpectateMatchesEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-available-spectate-matches";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: RunningMatches;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** When: a participant is banned, or blocked by the creator before the start. To: that user. */
export interface TournamentBannedEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-banned";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: null;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** The result, as it came. */
export interface TournamentBooked {
  /** The winner's id. */
  winner: number;
}

/** When: the tournament is over, right after the final's result. To: everyone in it. */
export interface TournamentFinishEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-finish";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: Array<Target>;
  /** The subject of the event. Its form depends on `event_code`. */
  data: null;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: Ending;
}

/** A tournament that isn't over. */
export interface TournamentInstance {
  /** The tournament's id. */
  id: number;
  /** The tournament's name. */
  name: string;
  /** Who is in it, to play or to watch, in the order of joining. */
  participants: Array<TournamentParticipantInstance>;
  /** Whether only its code leads to it, not the search. */
  private: boolean;
  /** Whether it has started. */
  is_started: boolean;
  /** When the countdown ends; null while there is none. */
  start_at: string | null;
  /** The code to join by. */
  code: string;
  /** How many can play. */
  size: number;
  /** When it was made. */
  created_at: string;
  /** The creator's id. */
  created_by: number;
  /** Only once it has started. */
  matches?: Matches | null;
}

/** When: a user joins, or comes back to watch. To: everyone else in it. */
export interface TournamentJoinEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-join";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: TournamentParticipantInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: ByUser;
}

/** When: a participant leaves; goes offline before the start; is banned or deleted. To: those still in it. */
export interface TournamentLeaveEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-leave";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: UserId;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: ByUser;
}

/** When: a result stands, one event each; byes right after `tournament-start`. To: everyone in it. */
export interface TournamentMatchFinishEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-match-finish";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: TournamentInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: ResultWords;
}

/** What to say. */
export interface TournamentMessage {
  /** The text. */
  content: string;
}

/** When: a message. To: everyone else in it without a block between them and the author. */
export interface TournamentMessageEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-message";
  /** `notification` if a person should see it, else `event`. */
  type: "event";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: RoomText;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: ByUser;
}

/** A user in a tournament. */
export interface TournamentParticipantInstance {
  /** The user's id. */
  id: number;
  /** The user's name. */
  username: string;
  /** Whether the user plays without having registered. */
  is_guest: boolean;
  /** The picture that the user uses. */
  profile_picture: SmallProfilePictureInstance;
  /** Whether the user is online and playing. */
  status: Status;
  /** The user's trophies, won and lost in ranked matches. */
  trophies: number;
  /** The tournament's id. */
  tournament: number;
  /** The id of the last stage that they have got to, 4 being the final; null before the start, like the seed. */
  stage: number | null;
  /** The place in the ranking at the start, 1 being the best; null before. */
  seed: number | null;
  /** Whether the user can still win. */
  still_in: boolean;
  /** Whether the user made the tournament. */
  creator: boolean;
  /** When the user joined. */
  join_at: string;
}

/** Who won. */
export interface TournamentResult {
  /** The winner's id. */
  winner: number;
}

/** When: the countdown begins. To: everyone in it. */
export interface TournamentStartAtEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-start-at";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: StartTime;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** When: the countdown is cancelled; `start_at` is null. To: everyone in it. */
export interface TournamentStartCancelEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-start-cancel";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: StartTime;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** When: the tournament starts; byes stand as results. To: everyone in it. */
export interface TournamentStartEvent {
  /** The part of the product that it comes from. */
  service: "tournament";
  /** The kind of event. */
  event_code: "tournament-start";
  /** `notification` if a person should see it, else `event`. */
  type: "notification";
  /** A sentence; empty where there is none. */
  message: string;
  /** What the receiver can do about it; null if nothing. */
  target: null;
  /** The subject of the event. Its form depends on `event_code`. */
  data: TournamentInstance;
  /** Names and numbers of which `message` and `target` are made. */
  kwargs: null;
}

/** Who plays on which side. */
export interface TwoTeams {
  /** The players of side a. */
  a: Array<PlayerId>;
  /** The players of side b. */
  b: Array<PlayerId>;
}

/** Whom to block. */
export interface Unwanted {
  /** The user's id. */
  user_id: number;
}

/** Everything held about a user. */
export interface UserExport {
  /** Your account. */
  user_data: UserMeInstance;
  /** The profile pictures, as you see them. */
  profile_pictures_data: Array<ProfilePictureInstance>;
  /** Your relations to others. */
  friends_data: FriendsData;
  /** Your statistics, by game mode. */
  stats_data: Array<StatsInstance>;
  /** Your conversations, with all messages. */
  chat_data: Array<ExportedChat>;
  /** What you played. */
  game_data: GameData;
  /** How your trophies changed. */
  trophies_data: Array<RankedStatsInstance>;
  /** How the account is secured. */
  account_data: AccountData;
  /** Where you are just now. */
  place_data: PlaceData;
}

/** The user. */
export interface UserId {
  /** The user's id. */
  id: number;
}

/** A user, as another user sees them. */
export interface UserInstance {
  /** The user's id. */
  id: number;
  /** The user's name. */
  username: string;
  /** Whether the user plays without having registered. */
  is_guest: boolean;
  /** The picture that the user uses. */
  profile_picture: SmallProfilePictureInstance;
  /** Whether the user is online and playing. */
  status: Status;
  /** The user's trophies, won and lost in ranked matches. */
  trophies: number;
  /** The friendship of the two, if there is one. */
  friends: FriendInstance | null;
}

/** Your own account. */
export interface UserMeInstance {
  /** Your id. */
  id: number;
  /** Your name. */
  username: string;
  /** Whether you play without having registered. */
  is_guest: boolean;
  /** When the account was made. */
  created_at: string;
  /** The picture that you use. */
  profile_picture: SmallProfilePictureInstance;
  /** Whether others may send you friend requests. */
  accept_friend_request: boolean;
  /** Who may start a conversation with you; `none` is nobody. */
  accept_chat_from: "none" | "friends_only" | "everyone";
  /** Your trophies, won and lost in ranked matches. */
  trophies: number;
  /** How many things wait to be looked at. */
  notifications: Notifications;
  /** Whether you have an open event stream. */
  is_online: boolean;
  /** When you last came or went. */
  last_online: string;
}

/** The match. */
export interface VoidMatch {
  /** The match's code. */
  code: string;
  /** The match's id. */
  id: number;
}

export {};
