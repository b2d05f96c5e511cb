"""All error codes in the OpenAPI document, with what a client can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tools.openapi.responses import SHARED_RESPONSES, Json

GIVE_UP = "Tell the user; the same call fails again."
READ_AGAIN = "Read the list again: it has changed."

REMEDIES: Mapping[tuple[str, str], str] = {
    ("malformed_body", "400"): "Send one JSON object in UTF-8. A bug of the client.",
    ("malformed_idempotency_key", "400"): "Send a UUID, or any 1 to 255 printable ASCII characters.",
    (
        "authentication_failed",
        "401",
    ): "At login: ask for name and password again. Else send `Authorization: Bearer …`.",
    ("incorrect_password", "401"): "Ask for the password again.",
    ("not_authenticated", "401"): "Send the access token.",
    ("password_confirmation_required", "401"): "Ask for the password, and repeat the call with it.",
    (
        "sse_connection_required",
        "401",
    ): "Open the event stream, wait for its first byte, and repeat the call.",
    ("token_not_valid", "401"): "Refresh once and repeat. If the refresh answers this, too: log in again.",
    ("user_not_found", "401"): "The account is deleted: forget its tokens.",
    ("already_hosting", "403"): "Finish or leave your tournament; one that has started ends by itself.",
    ("already_registered", "403"): "Change name or password by `PATCH /users/me/`.",
    ("blocked_by_you", "403"): "Offer to unblock the user.",
    ("blocked_pair", "403"): "One of the two leaves the lobby, or lifts the block.",
    ("chat_hidden", "403"): "Read the conversation's messages first: that shows it again.",
    ("chat_not_accepted", "403"): "Become friends first, if the user's setting is `friends_only`.",
    ("friend_requests_not_accepted", "403"): GIVE_UP,
    ("guest_not_allowed", "403"): "Offer to register: the guest keeps everything.",
    ("in_match", "403"): "Finish the match first.",
    ("lobby_full", "403"): GIVE_UP,
    ("match_running", "403"): "Wait for the end of the match.",
    ("not_creator", "403"): GIVE_UP,
    ("not_friends", "403"): "Send a friend request first.",
    ("not_in_chat", "403"): READ_AGAIN,
    ("not_in_lobby", "403"): "Join the lobby first, or read which one you are in.",
    ("not_in_match", "403"): "Read the match again: its players are others.",
    ("not_in_tournament", "403"): "Join the tournament first, or read which one you are in.",
    ("own_friend_request", "403"): "Wait for the receiver, or cancel the request.",
    ("picture_locked", "403"): "Show how the picture is unlocked.",
    ("receiver_has_too_many_requests", "403"): "Try again another day.",
    ("self_ban", "403"): "Leave instead.",
    ("self_block", "403"): "Don't offer this for the user's own account.",
    ("self_chat", "403"): "Don't offer this for the user's own account.",
    ("self_invitation", "403"): "Don't offer this for the user's own account.",
    ("self_request", "403"): "Don't offer this for the user's own account.",
    ("service_token_required", "403"): "Send a service token (`make service-token`), not a user's.",
    ("spectator_not_ready", "403"): "Join a team first.",
    ("team_full", "403"): "Join the other team, or watch.",
    ("ticket_not_valid", "403"): "Close the connection; the client asks for the way to the match anew.",
    ("too_many_blocks", "403"): "End another block first.",
    ("too_many_friend_requests", "403"): "Cancel a pending request first.",
    ("too_many_friends", "403"): "End a friendship first.",
    ("tournament_full", "403"): "Search for another tournament.",
    ("tournament_started", "403"): GIVE_UP,
    ("user_banned", "403"): GIVE_UP,
    ("block_not_found", "404"): READ_AGAIN,
    ("friend_request_not_found", "404"): READ_AGAIN,
    ("friendship_not_found", "404"): READ_AGAIN,
    ("in_no_lobby", "404"): "Show how to create or join a lobby.",
    ("in_no_tournament", "404"): "Show how to create or join a tournament.",
    ("lobby_not_found", "404"): "Ask for the code again: the lobby has ended, or the code is wrong.",
    ("match_not_found", "404"): "The match is over, or was void: read the history.",
    ("nobody_connected", "404"): "Send the event when one of the users is online.",
    ("not_found", "404"): "Check path and ids. A bug of the client, or the thing has ended.",
    ("not_in_place", "404"): READ_AGAIN,
    ("not_in_queue", "404"): "Nothing: you are out of the queue. A match may have begun.",
    ("picture_not_found", "404"): READ_AGAIN,
    ("session_not_found", "404"): READ_AGAIN,
    (
        "tournament_not_found",
        "404",
    ): "Search, or ask for the code again: the tournament is over, or the code wrong.",
    ("user_not_found", "404"): "Ask for the name again.",
    ("method_not_allowed", "405"): "Use a method of the `Allow` header. A bug of the client.",
    ("already_blocked", "409"): "Nothing: it is as you want it.",
    ("already_friends", "409"): "Nothing: it is as you want it.",
    ("already_playing", "409"): "Go to the running match: `game_playing` of the user is its code.",
    ("already_there", "409"): "Nothing: the user is in it.",
    ("chat_exists", "409"): "Open the conversation: find it by `GET /chat/?q=`.",
    ("friend_request_exists", "409"): "Show the pending request: it may be one to accept.",
    ("in_tournament", "409"): "Go to the tournament, or leave it.",
    ("match_finished", "409"): "Nothing: the result stands.",
    ("payload_too_large", "413"): "Send less than 64 KiB.",
    ("uri_too_long", "414"): "Send less than 8 KiB of path and query.",
    ("unsupported_media_type", "415"): "Send `Content-Type: application/json`.",
    (
        "idempotency_key_reused",
        "422",
    ): "Make a new key for each change; repeat an old one only with the same body.",
    ("throttled", "429"): "Wait for `Retry-After` seconds and repeat: nothing was changed.",
    (
        "internal_error",
        "500",
    ): "Report the `X-Request-Id`. Repeat with the same `Idempotency-Key`, or read first.",
    ("unavailable", "503"): "Wait for `Retry-After`, if there is one, and repeat with growing pauses.",
}
"""What a client can do, by code and status. The page says it to front-end developers and authors of game servers."""


def error_list(paths: Mapping[str, Json]) -> list[Json]:
    """Each code under each status, with the calls that answer it. ValueError for a code without a remedy."""
    found: dict[tuple[str, str], Json] = {}
    for call, status, response in _errors(paths):
        (media,) = response["content"].values()
        for code in response["x-codes"]:
            detail = media["examples"][code]["value"]["detail"]
            entry = found.setdefault((code, status), {"detail": detail, "calls": []})
            entry["calls"].append(call)
    if wrong := sorted(found.keys() ^ REMEDIES.keys()):
        raise ValueError(f"REMEDIES in tools/openapi/error_codes.py lack, or have too many: {wrong}")
    return [
        {"code": code, "status": int(status), "remedy": REMEDIES[code, status], **entry}
        for (code, status), entry in sorted(found.items(), key=lambda each: (each[0][1], each[0][0]))
    ]


def _errors(paths: Mapping[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """Call, status and answer of all errors."""
    for path, operations in paths.items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    whole = SHARED_RESPONSES[status] if "$ref" in response else response
                    yield f"{method.upper()} {path}", status, whole
