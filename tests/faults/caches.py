"""Usage as providers' caches would report it, written apart from the program: by DeepSeek's blocks of 64, OpenAI's steps of 128 from 1,024 on, and
Anthropic's breakpoints. Tokens of DeepSeek and OpenAI are the program's own (`cachecheck keys`); those of Anthropic, which nobody can count, are made up.
"""

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

import shapes

LIFETIMES = {"deepseek": 86_400, "litellm": 86_400, "openai": 3_600, "responses": 3_600, "anthropic": 300}
MINIMUM = 1_024
LOOK_BACK = 20


def tables(program, log):
    """The requests of a log, and the keys of the blocks of each: of its prompt, and of its prompt with the answer."""
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "keys", "--into", f"{folder}/keys", "--key-file", f"{folder}/secret", str(log)]
        subprocess.run(command, check=True, capture_output=True)
        requests = [json.loads(line) for line in Path(f"{folder}/keys/requests.jsonl").open()]
        blocks = {request["seq"]: ([], []) for request in requests}
        for line in Path(f"{folder}/keys/blocks.jsonl").open():
            row = json.loads(line)
            blocks[row["seq"]][row["after_answer"]].append((row["key_high"], row["key_low"]))
    return sorted(((request, *blocks[request["seq"]]) for request in requests), key=lambda row: row[0]["line"])


def by_blocks(rows, calls, shape, hidden):
    """Usage of a provider that caches from the first token on."""
    is_openai = shape in ("openai", "responses")
    seen, usages = {}, []
    for (request, prompt, answer), call in zip(rows, calls):
        size, total = request["block_size"], request["prompt_tokens"]
        owner = (call.model, call.settings.get("user_id"), call.settings.get("prompt_cache_key"), call.key)
        common = 0
        for index, key in enumerate(prompt):
            used = seen.get((owner, key))
            if used is None or call.time - used[0] > LIFETIMES[shape] or call.time < used[1] or (index + 1) * size > total - 1:
                break
            common = (index + 1) * size
        if is_openai:
            # Its boundaries are counted with what it puts before the prompt, which is not reported.
            hits = ((common + hidden) // 128 * 128 - hidden) // 128 * 128
            hits = hits if hits >= MINIMUM else 0
        else:
            hits = common
        if call.forgets or call.url:
            hits = 0
        for keys, open_from in [(prompt, call.time), (answer if not is_openai else [], call.time + call.took)]:
            for key in keys:
                before = seen.get((owner, key))
                seen[owner, key] = (call.time, min(before[1], open_from) if before else open_from + (call.took if is_openai else 0))
        usage = {"prompt_tokens": total, "completion_tokens": request["output_tokens"], "total_tokens": total + request["output_tokens"]}
        if is_openai:
            usage["prompt_tokens_details"] = {"cached_tokens": hits}
        else:
            usage |= {"prompt_cache_hit_tokens": hits, "prompt_cache_miss_tokens": total - hits}
        usages.append(usage)
    return usages


def length(block):
    return 4 + len(json.dumps(block, ensure_ascii=False)) * 10 // 37


def bare(block):
    return {name: value for name, value in block.items() if name != "cache_control"}


def blocks_of(request):
    """The blocks of a request in the order in which they are cached, each with its settings and whether it is marked."""
    for tool in request.get("tools", []):
        yield "", tool
    for block in request["system"]:
        yield "", block
    salt = json.dumps([request.get("tool_choice"), request.get("thinking")])
    for message in request["messages"]:
        for block in message["content"]:
            yield salt + message["role"], block


class Breakpoints:
    """Anthropic's cache."""

    def __init__(self, before=0):
        self.entries, self.before = {}, before

    def usage(self, call, request):
        # What an agent sends before the messages is in no log, and marked at its end.
        key, at = hashlib.sha256(f"{call.model} {call.preamble}".encode()), self.before
        places = [(key.digest(), at, True)] if self.before else []
        for salt, block in blocks_of(request):
            key.update((salt + json.dumps(bare(block), ensure_ascii=False)).encode())
            at += length(bare(block))
            places.append((key.digest(), at, "cache_control" in block))
        marked = [index for index, (_, at, is_marked) in enumerate(places) if is_marked and at >= MINIMUM]
        read, found = 0, None
        for mark in marked:
            for index in range(mark, max(-1, mark - LOOK_BACK - 1), -1):
                digest, at, _ = places[index]
                used = self.entries.get(digest)
                if used and used[1] <= call.time <= used[0] + 300 and at > read:
                    read, found = at, digest
                    break
        if call.forgets:
            read = 0
        elif found:
            self.entries[found] = (call.time, self.entries[found][1])
        end = places[marked[-1]][1] if marked else 0
        for index in marked:
            digest, at, _ = places[index]
            if at > read or digest == found:
                opened = self.entries.get(digest, (0, call.time + call.took / 2))[1]
                self.entries[digest] = (call.time, opened if at <= read else call.time + call.took / 2)
        total = places[-1][1] + 3
        written = max(0, end - read)
        return {
            "input_tokens": total - read - written, "cache_read_input_tokens": read, "cache_creation_input_tokens": written,
            "cache_creation": {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0},
            "output_tokens": sum(length(block) for block in shapes.anthropic_message(call.answer)["content"]),
        }


def usages(program, log, calls, shape, hidden):
    """The usage of each call, and the tokens of it that were served."""
    if shape in ("anthropic", "claude-code"):
        cache = Breakpoints(15_000 if shape == "claude-code" else 0)
        request = shapes.claude_code_request if shape == "claude-code" else shapes.anthropic_request
        found = [cache.usage(call, request(call)) for call in calls]
    else:
        found = by_blocks(tables(program, log), calls, shape, hidden)
    return found


def missed(usage):
    """The tokens of a prompt that were not served."""
    if "input_tokens" in usage:
        return usage["input_tokens"] + usage["cache_creation_input_tokens"]
    hits = usage.get("prompt_cache_hit_tokens", usage.get("prompt_tokens_details", {}).get("cached_tokens", 0))
    return usage["prompt_tokens"] - hits
