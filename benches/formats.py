"""The same calls in each format, for `whole.py`: conversations of which every request holds all before it, and agents' sessions."""

import datetime
import json
import random


class Words:
    """Texts of words without an order, the same in each run."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        letters = "abcdefghijklmnopqrstuvwxyz"
        word = lambda: "".join(self.random.choice(letters) for _ in range(self.random.randint(2, 9)))
        self.words = [word() for _ in range(4000)] + ["the", "of", "and", "to", "in", "is"] * 300

    def text(self, count):
        return " ".join(self.random.choice(self.words) for _ in range(count))


def function(index, words):
    properties = {f"p{number}": {"type": "string", "description": words.text(12)} for number in range(5)}
    parameters = {"type": "object", "properties": properties, "required": ["p0"]}
    return {"name": f"tool_{index}", "description": words.text(40), "parameters": parameters}


def time(number):
    """The time of a call."""
    start = datetime.datetime(2026, 4, 1, tzinfo=datetime.timezone.utc)
    return (start + datetime.timedelta(seconds=30 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def calls(size):
    """Number, system text, earlier turns as (role, text), functions and answer of each call, until so many characters were sent."""
    words, number, sent = Words(5), 0, 0
    system, functions = words.text(3000), [function(index, words) for index in range(20)]
    fixed = len(system) + len(json.dumps(functions))
    while sent < size:
        turns = []
        for _ in range(words.random.randint(3, 20)):
            turns.append(("user", words.text(words.random.randint(20, 200))))
            answer = words.text(words.random.randint(50, 400))
            yield number, system, turns, functions, answer
            sent += fixed + len(answer) + sum(len(text) for _, text in turns)
            number += 1
            turns = [*turns, ("assistant", answer)]


def chat_body(model, system, turns, functions):
    messages = [{"role": "system", "content": system}, *({"role": role, "content": text} for role, text in turns)]
    return {"model": model, "messages": messages, "tools": [{"type": "function", "function": each} for each in functions]}


def chat_response(number, model, answer):
    usage = {"prompt_tokens": 9000, "completion_tokens": 300, "prompt_tokens_details": {"cached_tokens": 64}}
    choice = {"index": 0, "message": {"role": "assistant", "content": answer}, "finish_reason": "stop"}
    return {"id": f"r{number}", "model": model, "choices": [choice], "usage": usage}


def openai_chat(number, system, turns, functions, answer):
    request = chat_body("gpt-4o", system, turns, functions)
    return {"timestamp": time(number), "request": request, "response": chat_response(number, "gpt-4o-2024-08-06", answer)}


def responses(number, system, turns, functions, answer):
    kinds = {"user": "input_text", "assistant": "output_text"}
    items = [{"type": "message", "role": role, "content": [{"type": kinds[role], "text": text}]} for role, text in turns]
    request = {"model": "gpt-4o", "instructions": system, "input": items, "tools": [{"type": "function", **each} for each in functions]}
    usage = {"input_tokens": 9000, "output_tokens": 300, "input_tokens_details": {"cached_tokens": 64}}
    output = [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": answer}]}]
    response = {"id": f"r{number}", "object": "response", "model": "gpt-4o-2024-08-06", "output": output, "usage": usage}
    return {"timestamp": time(number), "request": request, "response": response}


def anthropic(number, system, turns, functions, answer):
    mark = {"cache_control": {"type": "ephemeral"}}
    content = lambda text, last: [{"type": "text", "text": text, **(mark if last else {})}]
    last = len(turns) - 1
    messages = [{"role": role, "content": content(text, index == last)} for index, (role, text) in enumerate(turns)]
    tools = [{"name": each["name"], "description": each["description"], "input_schema": each["parameters"]} for each in functions]
    request = {"model": "claude-sonnet-4-5", "max_tokens": 1024, "system": [{"type": "text", "text": system, **mark}],
               "tools": tools, "messages": messages}
    usage = {"input_tokens": 30, "cache_read_input_tokens": 8000, "cache_creation_input_tokens": 300, "output_tokens": 300}
    response = {"id": f"m{number}", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
                "content": [{"type": "text", "text": answer}], "stop_reason": "end_turn", "usage": usage}
    return {"timestamp": time(number), "request": request, "response": response}


def litellm(number, system, turns, functions, answer):
    body = chat_body("deepseek-chat", system, turns, functions)
    return {"id": f"c{number}", "call_type": "acompletion", "startTime": 1775000000 + 30 * number, "endTime": 1775000002 + 30 * number,
            "model": "deepseek/deepseek-chat", "custom_llm_provider": "deepseek", "cache_hit": None, "response_cost": 0.001,
            "metadata": {"user_api_key_hash": "88dc28"}, "model_parameters": {"tools": body["tools"]}, "status": "success",
            "messages": body["messages"], "response": chat_response(number, "deepseek-chat", answer)}


def gemini(number, system, turns, functions, answer):
    roles = {"user": "user", "assistant": "model"}
    contents = [{"role": roles[role], "parts": [{"text": text}]} for role, text in turns]
    request = {"contents": contents, "systemInstruction": {"parts": [{"text": system}]}, "tools": [{"functionDeclarations": functions}]}
    usage = {"promptTokenCount": 9000, "cachedContentTokenCount": 0, "candidatesTokenCount": 300, "totalTokenCount": 9300}
    response = {"candidates": [{"content": {"role": "model", "parts": [{"text": answer}]}, "finishReason": "STOP"}],
                "usageMetadata": usage, "modelVersion": "gemini-2.5-flash", "responseId": f"g{number}"}
    return {"timestamp": time(number), "url": "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
            "request": request, "response": response}


def langfuse(number, system, turns, functions, answer):
    body = chat_body("deepseek-chat", system, turns, functions)
    return {"id": f"o{number}", "traceId": "t", "type": "GENERATION", "name": "answer", "startTime": time(number), "endTime": time(number),
            "model": "deepseek-chat", "input": {"messages": body["messages"], "tools": body["tools"]},
            "output": {"role": "assistant", "content": answer}, "usageDetails": {"input": 9000, "input_cached_tokens": 64, "output": 300}}


def har_entry(number, system, turns, functions, answer):
    body = json.dumps(chat_body("deepseek-chat", system, turns, functions))
    answered = json.dumps(chat_response(number, "deepseek-chat", answer))
    return {"startedDateTime": time(number), "time": 2000,
            "request": {"method": "POST", "url": "https://api.deepseek.com/chat/completions", "headers": [],
                        "postData": {"mimeType": "application/json", "text": body}},
            "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": answered}}}


def span(number, system, turns, functions, answer):
    said = [{"role": role, "parts": [{"type": "text", "content": text}]} for role, text in turns]
    texts = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "deepseek-chat", "server.address": "api.deepseek.com",
             "gen_ai.system_instructions": json.dumps([{"type": "text", "content": system}]),
             "gen_ai.input.messages": json.dumps(said),
             "gen_ai.tool.definitions": json.dumps([{"type": "function", **each} for each in functions]),
             "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [{"type": "text", "content": answer}]}])}
    attributes = [{"key": key, "value": {"stringValue": text}} for key, text in texts.items()]
    attributes += [{"key": f"gen_ai.usage.{key}", "value": {"intValue": count}}
                   for key, count in [("input_tokens", 9000), ("cache_read.input_tokens", 64), ("output_tokens", 300)]]
    start = (1775000000 + 30 * number) * 10**9
    return {"traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "chat deepseek-chat", "startTimeUnixNano": str(start),
            "endTimeUnixNano": str(start + 2 * 10**9), "attributes": attributes}


LINES = {"openai-chat": openai_chat, "openai-responses": responses, "anthropic-messages": anthropic, "litellm": litellm, "gemini": gemini}
DOCUMENTS = {
    "langfuse": (langfuse, lambda entries: entries),
    "har": (har_entry, lambda entries: {"log": {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": entries}}),
    "otlp": (span, lambda spans: {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"scope": {"name": "x"}, "spans": spans}]}]}),
}


def write_lines(path, name, size):
    with open(path, "w") as log:
        for call in calls(size):
            log.write(json.dumps(LINES[name](*call)) + "\n")


def write_document(path, name, size):
    entry, whole = DOCUMENTS[name]
    with open(path, "w") as log:
        json.dump(whole([entry(*call) for call in calls(size)]), log)


def claude_code(name, turns, words):
    """The lines of a session of Claude Code: in every other turn a tool is called."""
    around = {"sessionId": name, "cwd": "/home/ann", "version": "2.1.0", "isSidechain": False, "userType": "external"}
    parent, minute = None, 0
    for turn in range(turns):
        said = [{"type": "tool_result", "tool_use_id": f"t{turn - 1}", "content": words.text(200)}] if turn % 2 else words.text(30)
        uuid = f"{name}-u{turn}"
        yield {**around, "type": "user", "uuid": uuid, "parentUuid": parent, "timestamp": time(minute), "message": {"role": "user", "content": said}}
        blocks = [{"type": "text", "text": words.text(60)}]
        blocks += [] if turn % 2 else [{"type": "tool_use", "id": f"t{turn}", "name": "Read", "input": {"path": words.text(3)}}]
        usage = {"input_tokens": 4, "cache_read_input_tokens": 15000 + 400 * turn, "cache_creation_input_tokens": 400, "output_tokens": 100}
        parent = uuid
        for index, block in enumerate(blocks):
            uuid = f"{name}-a{turn}-{index}"
            message = {"id": f"{name}-m{turn}", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "content": [block],
                       "stop_reason": None, "usage": usage}
            yield {**around, "type": "assistant", "uuid": uuid, "parentUuid": parent, "requestId": f"{name}-r{turn}",
                   "timestamp": time(minute), "message": message}
            parent = uuid
        minute += 1


def codex(name, turns, words):
    """The lines of a session of Codex."""
    line = lambda minute, kind, payload: {"timestamp": time(minute), "type": kind, "payload": payload}
    yield line(0, "session_meta", {"id": name, "timestamp": time(0), "cwd": "/home/ann", "cli_version": "0.99.0", "instructions": words.text(1500)})
    yield line(0, "turn_context", {"cwd": "/home/ann", "model": "gpt-5-codex", "effort": "high"})
    said = lambda role, kind, text: {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
    for turn in range(turns):
        yield line(2 * turn, "response_item", said("user", "input_text", words.text(200)))
        yield line(2 * turn + 1, "response_item", said("assistant", "output_text", words.text(60)))
        usage = {"input_tokens": 3000 + 400 * turn, "cached_input_tokens": 2944 + 384 * turn, "output_tokens": 100, "total_tokens": 3100 + 400 * turn}
        yield line(2 * turn + 1, "event_msg", {"type": "token_count", "info": {"total_token_usage": usage, "last_token_usage": usage}})


SESSIONS = {"claude-code": claude_code, "codex": codex}


def write_session(path, name, turns):
    with open(path, "w") as log:
        for line in SESSIONS[name](path.stem, turns, Words(turns)):
            log.write(json.dumps(line) + "\n")


def write_sessions(folder, name, files, turns):
    """So many sessions of so many turns, each in a file of its own."""
    project = folder / "projects" / "-home-ann"
    project.mkdir(parents=True)
    words = Words(11)
    for number in range(files):
        with open(project / f"session-{number:04}.jsonl", "w") as log:
            for line in SESSIONS[name](f"s{number}", turns, words):
                log.write(json.dumps(line) + "\n")
