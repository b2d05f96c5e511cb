"""Errors of friend requests, friendships and blocks."""

from __future__ import annotations

from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.domain.social.relations import MAX_BLOCKED, MAX_FRIENDS, MAX_SENT


class SelfRequest(Forbidden):
    code = "self_request"
    detail = "You cannot send a friend request to yourself."


class BlockedByYou(Forbidden):
    code = "blocked_by_you"
    detail = "You have blocked this user: unblock them first."


class RequestsNotAccepted(Forbidden):
    code = "friend_requests_not_accepted"
    detail = "This user does not accept friend requests."


class TooManySentRequests(Forbidden):
    code = "too_many_friend_requests"
    detail = f"{MAX_SENT} of your friend requests are pending already."


class TooManyReceivedRequests(Forbidden):
    code = "receiver_has_too_many_requests"
    detail = "This user has too many pending friend requests."


class TooManyFriends(Forbidden):
    code = "too_many_friends"
    detail = f"One of you has {MAX_FRIENDS} friends, more are not possible."


class OwnRequest(Forbidden):
    code = "own_friend_request"
    detail = "Only the receiver of a friend request can accept it."


class RequestExists(Conflict):
    """One of the two has sent the other a request already."""

    code = "friend_request_exists"
    detail = "There is a friend request between you already."


class AlreadyFriends(Conflict):
    code = "already_friends"
    detail = "You are friends already."


class NoSuchRequest(NotFound):
    """The friend request doesn't exist, has ended, or is between other users."""

    code = "friend_request_not_found"
    detail = "No such friend request."


class NoSuchFriendship(NotFound):
    """The friendship doesn't exist, has ended, or is between other users."""

    code = "friendship_not_found"
    detail = "No such friendship."


class SelfBlock(Forbidden):
    code = "self_block"
    detail = "You cannot block yourself."


class TooManyBlocks(Forbidden):
    code = "too_many_blocks"
    detail = f"You have blocked {MAX_BLOCKED} users already."


class AlreadyBlocked(Conflict):
    code = "already_blocked"
    detail = "You have blocked this user already."


class NoSuchBlock(NotFound):
    """The block doesn't exist, or another user made it."""

    code = "block_not_found"
    detail = "No such block."
