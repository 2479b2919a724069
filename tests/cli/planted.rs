//! Planted faults: streams of calls made by chance, each with faults or as it would be without them.

use serde_json::{Value, json};

/// Chance that is the same in each run.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b"0123456789abcdef"[self.next(16)])).collect()
    }

    fn shuffled<T>(&mut self, mut list: Vec<T>) -> Vec<T> {
        for last in (1..list.len()).rev() {
            list.swap(last, self.next(last + 1));
        }
        list
    }

    fn text(&mut self, words: usize) -> String {
        let words: Vec<&str> = (0..words).map(|_| WORDS[self.next(WORDS.len())]).collect();
        format!("{}.", words.join(" "))
    }
}

const WORDS: &[&str] = &[
    "order",
    "paint",
    "hull",
    "price",
    "answer",
    "customer",
    "policy",
    "refund",
    "delivery",
    "invoice",
    "method",
    "result",
    "service",
    "value",
    "always",
    "never",
    "report",
    "table",
    "column",
    "check",
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "carefully",
    "every",
    "before",
    "after",
    "under",
    "between",
    "which",
    "while",
    "respond",
    "detail",
    "list",
    "harbour",
    "mast",
    "sail",
    "rope",
    "keel",
    "anchor",
    "crew",
];

const NAMES: &[&str] = &["Alice", "Bob", "Carla", "Dmitri", "Elena", "Farid", "Greta"];

/// A shape in which calls are logged.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    Chat,
    LiteLlm,
    Anthropic,
}

/// A call before it is written down.
pub(crate) struct Planned {
    number: usize,
    conversation: usize,
    /// Half of the calls are behind it.
    is_after: bool,
    chance: Chance,
    paragraphs: Vec<String>,
    tools: Vec<Value>,
    examples: Vec<[Value; 2]>,
    messages: Vec<Value>,
    model: &'static str,
    settings: Vec<(&'static str, Value)>,
    is_broken: bool,
    clock: usize,
    place: Place,
}

#[derive(Clone, Copy)]
pub(crate) enum Place {
    Front,
    Middle,
    End,
}

impl Planned {
    /// Adds a line to the system text.
    fn line(&mut self, line: &str) {
        let at = match self.place {
            Place::Front => 0,
            Place::Middle => self.paragraphs.len() / 2,
            Place::End => self.paragraphs.len(),
        };
        self.paragraphs.insert(at, line.to_owned());
    }

    fn edit(&mut self, change: impl Fn(&str) -> String) {
        let at = match self.place {
            Place::Front => 0,
            Place::Middle => self.paragraphs.len() / 2,
            Place::End => self.paragraphs.len() - 1,
        };
        self.paragraphs[at] = change(&self.paragraphs[at]);
    }

    /// The value of a fault: as it is in this call, or always the first one.
    fn value<T>(&self, broken: T, frozen: T) -> T {
        if self.is_broken { broken } else { frozen }
    }
}

pub(crate) type Fault = (&'static str, fn(&mut Planned));

/// Faults by the code of the cause that is to be named.
pub(crate) const FAULTS: &[Fault] = &[
    ("time", |call| {
        let minute = call.value(call.clock, 0);
        call.line(&format!("Current time: 2026-02-03 {:02}:{:02}:07", 8 + minute / 60, minute % 60));
    }),
    ("time", |call| {
        let minute = call.value(call.clock, 0);
        call.line(&format!("It is now Tuesday, February 3, 2026, {}:{:02} AM.", 8 + minute / 60, minute % 60));
    }),
    ("identifier", |call| {
        let id = if call.is_broken { call.chance.hex(32) } else { "0".repeat(32) };
        call.line(&format!("Request id: {id}"));
    }),
    ("identifier", |call| {
        let tag = call.value(call.conversation, 0);
        let tag = Chance(tag as u64 + 5).hex(10);
        call.line(&format!("session={tag}"));
    }),
    ("counter", |call| {
        let number = call.value(call.number, 0);
        call.line(&format!("This is request number {} of today.", number + 1));
    }),
    ("user-value", |call| {
        let user = call.value(call.conversation, 0);
        call.line(&format!("The customer's name is {}.", NAMES[user % NAMES.len()]));
    }),
    ("environment", |call| {
        let user = call.value(call.conversation, 0);
        call.line(&format!("Working directory: /home/{}/src/boats", NAMES[user % NAMES.len()].to_lowercase()));
    }),
    ("whitespace", |call| {
        if call.is_broken && call.number % 2 == 1 {
            call.edit(|text| text.replacen(' ', "  ", 2));
        }
    }),
    ("whitespace", |call| {
        if call.is_broken && call.number % 2 == 1 {
            call.edit(|text| format!("\u{feff}{text}"));
        }
    }),
    ("line-endings", |call| {
        if call.is_broken && call.number % 2 == 1 {
            call.edit(|text| text.replace(". ", ".\n").replace('\n', "\r\n"));
        } else {
            call.edit(|text| text.replace(". ", ".\n"));
        }
        call.line(if call.is_broken && call.number % 2 == 1 { "One.\r\nTwo." } else { "One.\nTwo." });
    }),
    ("text-reworded", |call| {
        if call.is_broken && call.is_after {
            call.edit(|text| format!("Keep answers short and plain {}", text.splitn(6, ' ').last().unwrap()));
        }
    }),
    ("text-inserted", |call| {
        if call.is_broken && call.is_after {
            call.line("Never promise a refund before a person has looked at the order.");
        }
    }),
    ("text-removed", |call| {
        if call.is_broken && call.is_after {
            call.edit(|_| String::new());
            call.paragraphs.retain(|text| !text.is_empty());
        }
    }),
    ("examples-reordered", |call| {
        let examples = (0..6).map(|number| {
            format!(
                "Example {}: input: {} -> output: {}",
                ["a", "b", "c", "d", "e", "f"][number],
                WORDS[number],
                WORDS[number + 9]
            )
        });
        let examples: Vec<String> = examples.collect();
        let examples = if call.is_broken { call.chance.shuffled(examples) } else { examples };
        call.line(&examples.join("\n"));
    }),
    ("document-changed", |call| {
        let document = Chance(call.number as u64 * 31 + 7).text(120);
        if call.is_broken {
            call.line(&format!("Document:\n{document}\nEnd of document."));
            call.paragraphs.push("Answer from the document alone.".into());
        } else {
            call.line("Document:\nEnd of document.");
            call.paragraphs.push("Answer from the document alone.".into());
            let newest = call.messages.last_mut().unwrap();
            newest["content"] = format!("{}\n\n{document}", newest["content"].as_str().unwrap()).into();
        }
    }),
    ("counter", |call| {
        let left = call.value(90 - call.number, 90);
        call.line(&format!("Context left until auto-compact: {left}%"));
    }),
    ("identifier", |call| {
        let hash = if call.is_broken { call.chance.hex(5) } else { "0a1b2".into() };
        call.line(&format!("x-desk-header: version=2.1.7; check={hash};"));
    }),
    ("text-reordered", |call| {
        let names = ["order", "paint", "hull", "price", "refund", "delivery", "invoice"].to_vec();
        let names = if call.is_broken { call.chance.shuffled(names) } else { names };
        call.line(&format!("Words that may be used: {}", names.join(", ")));
    }),
    // Text that comes and goes is one cause, of whichever most requests are not.
    ("text-inserted", |call| {
        if call.is_broken && call.number % 3 == 1 {
            call.line(&Chance(77).text(24));
        }
    }),
    ("text-removed", |call| {
        if !call.is_broken || call.number % 3 != 1 {
            call.line(&Chance(78).text(24));
        }
    }),
];

/// Faults that have no place in the system text.
pub(crate) const ELSEWHERE: &[Fault] = &[
    ("key-order", |call| {
        for tool in &mut call.tools {
            let properties = tool["function"]["parameters"]["properties"].as_object().unwrap().clone();
            let properties: Vec<(String, Value)> = properties.into_iter().collect();
            if call.is_broken {
                tool["function"]["parameters"]["properties"] = call.chance.shuffled(properties).into_iter().collect();
            }
        }
    }),
    ("tools-reordered", |call| {
        if call.is_broken {
            call.tools = call.chance.shuffled(std::mem::take(&mut call.tools));
        }
    }),
    ("tool-added", |call| {
        if call.is_broken && call.is_after {
            call.tools.insert(1, tool(9, &mut Chance(99)));
        }
    }),
    ("tool-removed", |call| {
        if call.is_broken && call.is_after {
            call.tools.remove(1);
        }
    }),
    ("tool-schema", |call| {
        if call.is_broken && call.is_after {
            call.tools[1]["function"]["parameters"]["properties"]["added"] = json!({"type": "integer"});
        }
    }),
    ("tool-description", |call| {
        if call.is_broken && call.is_after {
            call.tools[2]["function"]["description"] = "Another one.".into();
        }
    }),
    ("examples-reordered", |call| {
        if call.is_broken {
            call.examples = call.chance.shuffled(std::mem::take(&mut call.examples));
        }
    }),
    ("history-trimmed", |call| {
        if call.is_broken && call.messages.len() > 5 {
            call.messages = call.messages.split_off(call.messages.len() - 5);
        }
    }),
    ("history-edited", |call| {
        let count = call.messages.len();
        for message in call.messages.iter_mut().take(count.saturating_sub(4)) {
            if call.is_broken && message["role"] == "assistant" {
                message["content"] = "[cleared]".into();
            }
        }
    }),
    ("tool-added", |call| {
        if call.is_broken && call.number % 3 == 1 {
            call.tools.insert(1, tool(9, &mut Chance(98)));
        }
    }),
    ("message-inserted", |call| {
        if call.is_broken && call.is_after {
            call.messages.insert(0, json!({"role": "system", "content": Chance(3).text(30)}));
        }
    }),
    ("model-changed", |call| {
        if call.is_broken && call.number % 4 == 3 {
            call.model = "deepseek-reasoner";
        }
    }),
    ("response-format-changed", |call| {
        if call.is_broken && call.number % 3 == 1 {
            call.settings.push(("response_format", json!({"type": "json_object"})));
        }
    }),
    ("scope", |call| {
        let user = call.value(call.number % 3, 0);
        call.settings.push(("user_id", format!("user-{user}").into()));
    }),
];

fn tool(number: usize, chance: &mut Chance) -> Value {
    let properties: serde_json::Map<String, Value> =
        (0..3).map(|index| (format!("p{index}"), json!({"type": "string", "description": chance.text(6)}))).collect();
    let parameters = json!({"type": "object", "properties": properties, "required": ["p0"]});
    json!({"type": "function", "function": {"name": format!("tool_{number}"), "description": chance.text(15), "parameters": parameters}})
}

/// Calls of a stream that begins alike.
const CALLS: usize = 50;

/// A stream of calls of several conversations at once, with the faults or as it would be without them.
pub(crate) fn stream(faults: &[Fault], place: Place, seed: u64, shape: Shape, is_broken: bool) -> String {
    let mut fixed = Chance(seed);
    let paragraphs: Vec<String> = (0..10).map(|_| fixed.text(60)).collect();
    let tools: Vec<Value> = (0..4).map(|number| tool(number, &mut fixed)).collect();
    let examples: Vec<[Value; 2]> = (0..5)
        .map(|_| {
            [json!({"role": "user", "content": fixed.text(8)}), json!({"role": "assistant", "content": fixed.text(6)})]
        })
        .collect();
    let mut chance = Chance(seed + 1);
    let (mut open, mut begun, mut clock, mut log) = (Vec::<(usize, Vec<Value>)>::new(), 0, 0, String::new());
    for number in 0..CALLS {
        if open.len() < 3 || chance.next(8) == 0 {
            if open.len() == 3 {
                open.remove(chance.next(3));
            }
            open.push((begun, Vec::new()));
            begun += 1;
        }
        let which = chance.next(open.len());
        clock += 1;
        let mut question = chance.text(20);
        if chance.next(2) == 0 {
            question += &format!(
                " My order {} of 2026-01-{:02} for {}, id {}.",
                chance.next(90_000),
                chance.next(27) + 1,
                NAMES[chance.next(7)],
                chance.hex(8)
            );
        }
        open[which].1.push(json!({"role": "user", "content": question}));
        let mut call = Planned {
            number,
            conversation: open[which].0,
            is_after: number >= CALLS / 2,
            chance: Chance(seed * 1_000 + number as u64),
            paragraphs: paragraphs.clone(),
            tools: tools.clone(),
            examples: examples.clone(),
            messages: open[which].1.clone(),
            model: if shape == Shape::Anthropic { "claude-sonnet-4-5" } else { "deepseek-chat" },
            settings: Vec::new(),
            is_broken,
            clock,
            place,
        };
        for (_, plant) in faults {
            plant(&mut call);
        }
        let answer = chance.text(25);
        log += &format!("{}\n", written(&call, &answer, shape));
        open[which].1.push(json!({"role": "assistant", "content": answer}));
    }
    log
}

fn written(call: &Planned, answer: &str, shape: Shape) -> Value {
    // Twenty seconds apart, so that no provider's cache forgets.
    let seconds = call.clock * 20;
    let time = format!("2026-02-03T08:{:02}:{:02}Z", seconds / 60, seconds % 60);
    let examples = call.examples.iter().flatten().cloned();
    let system = call.paragraphs.join("\n");
    if shape == Shape::Anthropic {
        let mut messages: Vec<Value> = examples.chain(call.messages.iter().cloned()).collect();
        let newest = messages.last_mut().unwrap();
        newest["content"] =
            json!([{"type": "text", "text": newest["content"], "cache_control": {"type": "ephemeral"}}]);
        let tools = call.tools.iter().map(|tool| {
            let function = &tool["function"];
            json!({"name": function["name"], "description": function["description"], "input_schema": function["parameters"]})
        });
        let system = json!([{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}]);
        let tools: Vec<Value> = tools.collect();
        let request =
            json!({"model": call.model, "max_tokens": 500, "system": system, "messages": messages, "tools": tools});
        let response = json!({"id": format!("msg_{}", call.number), "type": "message", "role": "assistant", "model": call.model,
            "content": [{"type": "text", "text": answer}]});
        return json!({"timestamp": time, "request": request, "response": response});
    }
    let system = [json!({"role": "system", "content": system})].into_iter();
    let messages: Vec<Value> = system.chain(examples).chain(call.messages.iter().cloned()).collect();
    let mut request = json!({"model": call.model, "messages": messages, "tools": call.tools});
    for (key, value) in &call.settings {
        request[*key] = value.clone();
    }
    let choice = json!({"index": 0, "message": {"role": "assistant", "content": answer}, "finish_reason": "stop"});
    let response = json!({"id": format!("r{}", call.number), "model": call.model, "choices": [choice]});
    match shape {
        Shape::LiteLlm => {
            json!({"id": format!("l{}", call.number), "call_type": "acompletion", "model": call.model, "startTime": time,
            "endTime": time, "messages": request["messages"], "response": response,
            "model_parameters": {"tools": request["tools"]}, "metadata": {}})
        }
        _ => json!({"timestamp": time, "request": request, "response": response}),
    }
}
