"""Who calls this API: `betroth.toml` says what a token must hold.

A handler asks for a person by its parameter:

    from app.middleware.auth import CurrentUser

    @app.get("/me")
    def me(user: CurrentUser) -> str:
        return user.id
"""

from typing import Annotated

from betroth.fastapi import Betroth, User
from fastapi import Depends

auth = Betroth.from_contract()

CurrentUser = Annotated[User, Depends(auth.user)]
MaybeUser = Annotated[User | None, Depends(auth.optional_user)]
