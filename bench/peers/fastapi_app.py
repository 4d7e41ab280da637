"""The peer: FastAPI with SQLAlchemy's asyncio extension, one transaction a request, into the intake's table."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, status
from pydantic import BaseModel, Field
from sqlalchemy import URL, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The tables."""


class SignUpRow(Base):
    """A row of the inbox."""

    __tablename__ = "volunteering_signup"

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[UUID]
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


class SignUp(BaseModel):
    """A sign-up as it arrives."""

    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    first_name: str = Field(min_length=1, max_length=100)
    last_name: str = Field(min_length=1, max_length=100)
    birth_date: date
    postcode: str = Field(pattern=r"^\d{5}$")
    phone: str | None = None
    domains: list[str] = []
    availability: list[str] = []
    languages: list[str] = []
    locale: str = "fr"
    consent: bool


class Receipt(BaseModel):
    """The acknowledgement."""

    receipt: UUID
    state: str = "received"


engine = create_async_engine(
    URL.create(
        "postgresql+asyncpg", username=os.environ["PEER_USER"], database=os.environ["PEER_DATABASE"],
        query={"host": os.environ["PEER_HOST"]},
    ),
    pool_size=20,
    max_overflow=0,
)  # fmt: skip
new_session = async_sessionmaker(engine, expire_on_commit=False)
application = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    """Give a request its session."""
    async with new_session() as opened:
        yield opened


@application.get("/readyz")
async def readyz() -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "ready"}


@application.post("/v1/signups", status_code=status.HTTP_202_ACCEPTED)
async def sign_up(given: SignUp, opened: Annotated[AsyncSession, Depends(session)]) -> Receipt:
    """Keep a sign-up."""
    row = SignUpRow(receipt=uuid4(), received_at=datetime.now(UTC), payload=given.model_dump(mode="json"))
    opened.add(row)
    await opened.commit()
    return Receipt(receipt=row.receipt)
