from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel
from sqlmodel import Session, select

from app.auth import current_user
from app.database import Task, get_session

router = APIRouter(prefix="/tasks")


class NewTask(BaseModel):
    title: str


@router.get("")
def list_tasks(user: str = Depends(current_user), session: Session = Depends(get_session)):
    return session.exec(select(Task).where(Task.owner == user)).all()


@router.post("")
def add_task(new: NewTask, user: str = Depends(current_user), session: Session = Depends(get_session)):
    task = Task(title=new.title, owner=user)
    session.add(task)
    session.commit()
    session.refresh(task)
    return task


@router.delete("/{task_id}")
def delete_task(task_id: int, user: str = Depends(current_user), session: Session = Depends(get_session)):
    task = session.get(Task, task_id)
    if task is None or task.owner != user:
        raise HTTPException(status_code=404, detail="no such task")
    session.delete(task)
    session.commit()
    return task
