"""Stock Strawberry as a program: `plain`, `cached` (with its parser's and validator's caches), or `joined` besides."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import strawberry
import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter

from tests.bench.sides.stock_joining import JoinedQuery
from tests.bench.sides.stock_loading import Context, Query


def create(database: str, way: str) -> FastAPI:
    """As many connections as every side may hold."""
    engine = create_async_engine(make_url(database).set(drivername="postgresql+asyncpg"), pool_size=8, max_overflow=0)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    caches = [lambda: ParserCache(maxsize=512), lambda: ValidationCache(maxsize=512)] if way != "plain" else []
    schema = strawberry.Schema(JoinedQuery if way == "joined" else Query, extensions=caches)

    async def context() -> Context:
        return Context(sessions)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)
    router: Any = GraphQLRouter(schema, context_getter=context)
    app.include_router(router, prefix="/graphql")
    return app


if __name__ == "__main__":
    uvicorn.run(
        create(sys.argv[2], sys.argv[3]),
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
    )
