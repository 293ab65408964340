"""FastAPI and arq as their documentation puts them together: the job is in Redis alone."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from arq import create_pool
from arq.connections import RedisSettings
from fastapi import FastAPI, Request
from pydantic import BaseModel, Field


class Asked(BaseModel):
    content: str = Field(min_length=50, max_length=100_000)
    subject: str = Field(max_length=200)
    topic: str = Field(max_length=200)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.queue = await create_pool(RedisSettings.from_dsn(os.environ["BROKER_URL"]))
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/api/ai/generate-flashcards", status_code=202)
async def generate(asked: Asked, request: Request) -> dict[str, str]:
    job = await app.state.queue.enqueue_job(
        "make", request.headers["user-id"], asked.model_dump(), _queue_name="bench"
    )
    return {"jobId": job.job_id, "status": "waiting"}
