from fastapi import APIRouter, Depends, HTTPException
from sqlmodel import Session, select

from app.database import Report, get_session

router = APIRouter(prefix="/reports")


@router.get("")
def list_reports(session: Session = Depends(get_session)):
    return session.exec(select(Report)).all()


@router.delete("/{report_id}")
def delete_report(report_id: int, session: Session = Depends(get_session)):
    report = session.get(Report, report_id)
    if report is None:
        raise HTTPException(status_code=404, detail="no such report")
    session.delete(report)
    session.commit()
    return {"id": report_id}
