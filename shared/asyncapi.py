"""The AsyncAPI 3.1 document of the facts, generated from the catalogue."""

from __future__ import annotations

from typing import Any

from shared.events import CATALOGUE, PRODUCERS, Event, topic_of
from shared.events.base import CONTENT_TYPE, SPECVERSION

HEADERS = {
    "content-type": "application/json",
    "ce_specversion": "CloudEvents: luôn là 1.0",
    "ce_id": "UUIDv7 của sự việc; giống nhau khi gửi lại",
    "ce_source": "/services/<dịch vụ>/<mã đối tượng>",
    "ce_type": "lantoa.<đối tượng>.<quá khứ>.v1",
    "ce_subject": "mã đối tượng",
    "ce_time": "thời điểm ghi, RFC 3339",
    "ce_sequence": "số thứ tự của sự việc trong đối tượng, từ 1, mười chữ số",
    "ce_partitionkey": "mã đối tượng; cùng mã thì đúng thứ tự",
    "ce_traceparent": "W3C Trace Context",
    "ce_correlationid": "mã tương quan của yêu cầu ban đầu",
    "ce_causationid": "mã sự việc đã gây ra sự việc này",
}
REQUIRED = ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_sequence"]


def schema(fact: type[Event]) -> dict[str, Any]:
    """The JSON Schema of a fact's body. It may only grow."""
    return fact.model_json_schema(mode="serialization", ref_template="#/$defs/{model}")


def document(version: str) -> dict[str, Any]:
    """The whole document: one channel a topic, one message a fact, one `send` operation a producer."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Lan Tỏa: sự việc / facts",
            "version": version,
            "description": "CloudEvents 1.0.2, Kafka binary mode. Ít nhất một lần, đúng thứ tự theo từng đối tượng. "
            "Webhook và đọc bù đưa ra các sự việc «public» với cùng mã và số thứ tự (CloudEvents JSON), "
            "bỏ những trường nêu ở x-inside.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {name: _channel(name) for name in PRODUCERS if _facts(name)},
        "operations": {f"send_{name}": _operation(name) for name in PRODUCERS if _facts(name)},
        "components": {
            "messages": {_name(fact): _message(fact) for fact in CATALOGUE.values()},
            "schemas": {"Headers": _headers()},
        },
    }


def _facts(service: str) -> list[type[Event]]:
    return [fact for fact in CATALOGUE.values() if fact.service == service]


def _name(fact: type[Event]) -> str:
    return fact.__name__


def _channel(service: str) -> dict[str, Any]:
    messages = {_name(fact): {"$ref": f"#/components/messages/{_name(fact)}"} for fact in _facts(service)}
    return {"address": topic_of(service), "messages": messages}


def _operation(service: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{service}"},
        "messages": [{"$ref": f"#/channels/{service}/messages/{_name(fact)}"} for fact in _facts(service)],
    }


def _message(fact: type[Event]) -> dict[str, Any]:
    inside = sorted(fact.inside & fact.model_fields.keys())
    return {
        "name": fact.type(),
        "title": fact.__name__,
        "summary": " ".join((fact.__doc__ or "").split()),
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": _inlined(schema(fact)),
        "tags": [{"name": "public" if fact.public else "internal"}],
        **({"x-inside": inside} if inside else {}),
    }


def _headers() -> dict[str, Any]:
    properties = {name: {"type": "string", "description": text} for name, text in HEADERS.items()}
    properties["ce_specversion"]["const"] = SPECVERSION
    return {"type": "object", "properties": properties, "required": REQUIRED}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """`$defs` put in place of their references: a payload then stands by itself in any AsyncAPI tool."""
    definitions = schema.pop("$defs", {})

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(part) for part in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolve(definitions[node["$ref"].rsplit("/", 1)[1]])
        return {key: resolve(part) for key, part in node.items()}

    inlined: dict[str, Any] = resolve(schema)
    return inlined
