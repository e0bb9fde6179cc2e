"""The API of the notes."""

from betroth import etag
from betroth.sqlalchemy import fastapi as isolation
from fastapi import FastAPI

from app.routes import notes, overview, shared
from app.middleware.auth import auth
from app.middleware.headers import SecurityHeaders

app = auth.protect(FastAPI(title="Notes", redirect_slashes=False))
app.add_middleware(SecurityHeaders)
etag.install(app)
isolation.install(app)
app.include_router(notes.router)
app.include_router(shared.router)
app.include_router(overview.router)


@app.get("/health")
async def health() -> dict[str, bool]:
    return {"ok": True}
