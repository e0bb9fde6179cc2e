"""The notes of a test stand in a database of its own; who calls is a token that an issuer in memory signs."""

import os
import tempfile

import pytest
from fastapi import FastAPI

# Read where the application is imported.
os.environ["NOTES_DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp()}/notes.db"
os.environ.setdefault("BETTER_AUTH_URL", "https://app.example.com")
os.environ.setdefault("WEB_ORIGINS", "https://app.example.com")


@pytest.fixture
def app() -> FastAPI:
    from app.main import app

    return app


@pytest.fixture(autouse=True)
def empty(app: FastAPI) -> None:
    from app.database import engine
    from app.models import Base

    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
