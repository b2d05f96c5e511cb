"""DELETE /users/me/blocked/<id>/: the caller ends a block."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.social.errors import NoSuchBlock
from shared.http.endpoint import Account, Auth, Relations, endpoint
from shared.usecases.social.blocks import unblock

bp = Blueprint(__name__)


@endpoint(
    bp, "DELETE", "/users/me/blocked/{blocked_id}/", auth=Auth.REGISTERED, status=204, errors=[NoSuchBlock]
)
def unblock_user(me: Account, relations: Relations, blocked_id: int) -> None:
    """End a block of yours; the id is the block's, not the user's. 404 for one of others."""
    unblock(me, relations, blocked_id)
