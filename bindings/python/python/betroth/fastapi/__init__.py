"""The guard of a FastAPI application.

    auth = Betroth()                   # BETTER_AUTH_URL says who issues; or Betroth.from_contract()
    app = auth.protect(FastAPI())      # every route asks for a person unless it is marked public
    CurrentUser = Annotated[User, Depends(auth.user)]
"""

from betroth.fastapi.answer import Refused
from betroth.fastapi.event import Event
from betroth.fastapi.fault import SettingsFault
from betroth.fastapi.guard import Betroth
from betroth.fastapi.user import User

__all__ = ["Betroth", "Event", "Refused", "SettingsFault", "User"]
