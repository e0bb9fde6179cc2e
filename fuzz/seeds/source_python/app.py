from fastapi import APIRouter, Depends, FastAPI, HTTPException
from app.auth import current_user

app = FastAPI()
router = APIRouter(prefix="/api", dependencies=[Depends(current_user)])


@router.get("/{user_id}/notes")
def notes(user_id: str, user: dict = Depends(current_user)):
    if user["sub"] != user_id:
        raise HTTPException(403)
    return []


app.include_router(router)
#---
import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPBearer
from app.config import settings

bearer = HTTPBearer()
keys = jwt.PyJWKClient(settings.url + "/api/auth/jwks")


def current_user(credentials=Depends(bearer)):
    try:
        key = keys.get_signing_key_from_jwt(credentials.credentials)
        return jwt.decode(credentials.credentials, key.key, algorithms=["EdDSA"], audience=settings.url)
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error
#---
import os


class Settings:
    url = os.environ.get("BETTER_AUTH_URL", "http://localhost:3000")
    secret = os.getenv("JWT_SECRET")


settings = Settings()
