"""DELETE /users/me/friends/<id>/: the caller ends a friendship."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.social.errors import NoSuchFriendship
from shared.http.endpoint import Account, Auth, Relations, endpoint
from shared.usecases.social.friends import end_friendship

bp = Blueprint(__name__)


@endpoint(
    bp,
    "DELETE",
    "/users/me/friends/{friendship_id}/",
    auth=Auth.REGISTERED,
    status=204,
    errors=[NoSuchFriendship],
)
def remove_friend(me: Account, relations: Relations, friendship_id: int) -> None:
    """End a friendship. The friend gets `delete-friend`. 404 for one between others."""
    end_friendship(me.user.id, relations, friendship_id)
