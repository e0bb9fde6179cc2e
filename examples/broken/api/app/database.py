from sqlmodel import Field, Session, SQLModel, create_engine

engine = create_engine("sqlite:///api.db", connect_args={"check_same_thread": False})


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str
    owner: str


class Report(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str


def get_session():
    with Session(engine) as session:
        yield session
