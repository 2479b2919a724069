"""Shapes in which calls are logged: DeepSeek's and OpenAI's chat, OpenAI's Responses, Anthropic's Messages, LiteLLM, and Claude Code's sessions."""

import datetime
import json
import uuid

MARK = {"type": "ephemeral"}


def iso(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def chat_message(message):
    role, text = message["role"], message["text"]
    if role == "tool":
        return {"role": "tool", "tool_call_id": message["id"], "content": text}
    written = {"role": role, "content": text}
    if "image" in message:
        written["content"] = [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": message["image"], "detail": "low"}}]
    if "thought" in message:
        written["reasoning_content"] = message["thought"]
    if "call" in message:
        call = message["call"]
        function = {"name": call["name"], "arguments": json.dumps(call["arguments"])}
        written["tool_calls"] = [{"id": call["id"], "type": "function", "function": function}]
    return written


def chat_request(call):
    messages = [{"role": "system", "content": call.system_text()}] + [chat_message(message) for message in call.all_messages()]
    request = {"model": call.model, "messages": messages, **call.settings}
    if call.tools:
        request["tools"] = [{"type": "function", "function": tool} for tool in call.tools]
    return request


def chat_response(call, usage):
    choice = {"index": 0, "message": chat_message(call.answer), "finish_reason": "tool_calls" if "call" in call.answer else "stop"}
    response = {"id": f"chatcmpl-{call.number}", "object": "chat.completion", "created": int(call.time), "model": call.model, "choices": [choice]}
    return response | ({"usage": usage} if usage else {})


def enveloped(call, request, response):
    line = {"timestamp": iso(call.time), "end_time": iso(call.time + call.took), "request": request, "response": response}
    if call.url:
        line["url"] = call.url
    if call.key:
        line["headers"] = {"authorization": f"Bearer {call.key}"}
    return line


def chat(call, usage):
    return enveloped(call, chat_request(call), chat_response(call, usage))


def responses_items(message):
    role, text = message["role"], message["text"]
    if role == "tool":
        return [{"type": "function_call_output", "call_id": message["id"], "output": text}]
    kind = "output_text" if role == "assistant" else "input_text"
    parts = [{"type": kind, "text": text}]
    if "image" in message:
        parts.append({"type": "input_image", "image_url": message["image"], "detail": "low"})
    items = [{"type": "message", "role": role, "content": parts}]
    if "call" in message:
        call = message["call"]
        items.append({"type": "function_call", "call_id": call["id"], "name": call["name"], "arguments": json.dumps(call["arguments"])})
    return items


def responses(call, usage):
    items = [item for message in call.all_messages() for item in responses_items(message)]
    settings = dict(call.settings)
    if "response_format" in settings:
        wanted = settings.pop("response_format")
        settings["text"] = {"format": {"type": wanted["type"], **wanted.get("json_schema", {})}}
    if "reasoning_effort" in settings:
        settings["reasoning"] = {"effort": settings.pop("reasoning_effort")}
    request = {"model": call.model, "instructions": call.system_text(), "input": items, **settings}
    if call.tools:
        request["tools"] = [{"type": "function", **tool} for tool in call.tools]
    response = {"id": f"resp_{call.number}", "object": "response", "created_at": int(call.time), "model": call.model, "output": responses_items(call.answer)}
    if usage:
        response["usage"] = {
            "input_tokens": usage["prompt_tokens"],
            "input_tokens_details": {"cached_tokens": usage["prompt_tokens_details"]["cached_tokens"]},
            "output_tokens": usage["completion_tokens"],
        }
    return enveloped(call, request, response)


def anthropic_message(message):
    if message["role"] == "tool":
        return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": message["id"], "content": message["text"]}]}
    blocks = [{"type": "text", "text": message["text"]}]
    if "image" in message:
        blocks.append({"type": "image", "source": {"type": "url", "url": message["image"]}})
    if "thought" in message:
        blocks.insert(0, {"type": "thinking", "thinking": message["thought"], "signature": "sig" + str(len(message["thought"]))})
    if "call" in message:
        call = message["call"]
        blocks.append({"type": "tool_use", "id": call["id"], "name": call["name"], "input": call["arguments"]})
    return {"role": message["role"], "content": blocks}


def anthropic_request(call):
    """A request that is marked at the end of its system text, of what every conversation begins with, and of its last message, as far as `marks` says."""
    tools = [{"name": tool["name"], "description": tool["description"], "input_schema": tool["parameters"]} for tool in call.tools]
    system = [{"type": "text", "text": call.system_text()}]
    messages = [anthropic_message(message) for message in call.all_messages()]
    if call.marks in ("all", "system"):
        system[-1]["cache_control"] = MARK
    standing = len(messages) - len(call.messages)
    if call.marks == "all" and standing > 0:
        messages[standing - 1]["content"][-1]["cache_control"] = MARK
    if call.marks in ("all", "last"):
        messages[-1]["content"][-1]["cache_control"] = MARK
    if call.marks == "tools" and tools:
        tools[-1]["cache_control"] = MARK
    request = {"model": call.model, "max_tokens": 800, "system": system, "messages": messages, **call.settings}
    return request | ({"tools": tools} if tools else {})


def anthropic(call, usage):
    response = {"id": f"msg_{call.number}", "type": "message", "role": "assistant", "model": call.model, "content": anthropic_message(call.answer)["content"],
                "stop_reason": "end_turn"}
    return enveloped(call, anthropic_request(call), response | ({"usage": usage} if usage else {}))


def litellm(call, usage):
    request = chat_request(call)
    parameters = {name: value for name, value in request.items() if name not in ("model", "messages")}
    line = {
        "id": f"chatcmpl-{call.number}", "call_type": "acompletion", "cache_hit": None, "model": call.model, "startTime": call.time,
        "endTime": call.time + call.took, "messages": request["messages"], "model_parameters": parameters, "response": chat_response(call, usage),
        "metadata": {"user_api_key_hash": call.key} if call.key else {},
    }
    if usage:
        line |= {"prompt_tokens": usage["prompt_tokens"], "completion_tokens": usage["completion_tokens"]}
    return line


WRITERS = {"deepseek": chat, "openai": chat, "responses": responses, "anthropic": anthropic, "litellm": litellm}


def claude_code_request(call):
    """What an agent sends of a conversation, as far as its file shows it; the newest message is marked."""
    messages = [anthropic_message(message) for message in call.messages]
    messages[-1]["content"][-1]["cache_control"] = MARK
    return {"model": call.model, "system": [], "messages": messages}


def claude_code(calls, usages):
    """Sessions in a file: each message once, with the one before it; a summary begins a new root. Results that are cleared stay in the file."""
    lines, written, parents = [], {}, {}
    base = {"cwd": "/home/ines/quay", "version": "2.1.4", "isSidechain": False, "userType": "external"}

    def put(call, parent, role, message, at):
        name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{call.talk} {len(lines)}"))
        line = base | {"sessionId": f"5e55-{call.talk}", "type": role, "uuid": name, "parentUuid": parent, "timestamp": iso(at), "message": message}
        if message.pop("is_summary", False):
            line["isCompactSummary"] = True
        lines.append(line)
        return name

    for call, usage in zip(calls, usages):
        parent, path = None, (call.talk,)
        for message in call.kept or call.messages:
            path += (json.dumps(message, sort_keys=True),)
            if path not in written:
                content = anthropic_message(message)["content"]
                content = content if message["role"] == "tool" else content[0]["text"] if len(content) == 1 else content
                body = {"role": "assistant" if message["role"] == "assistant" else "user", "content": content}
                if message.get("is_summary"):
                    body["is_summary"] = True
                written[path] = put(call, parent, body["role"], body, call.time)
            parent = written[path]
        content = anthropic_message(call.answer)["content"]
        body = {"id": f"msg_{call.number}", "type": "message", "role": "assistant", "model": call.model, "content": content, "usage": usage}
        name = put(call, parent, "assistant", body, call.time + call.took)
        lines[-1]["requestId"] = f"req_{call.number}"
        written[path + (json.dumps(call.answer, sort_keys=True),)] = name
    return lines
