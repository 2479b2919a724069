//! Changes to logs: of bytes, of lines, and of JSON values, so that what comes out is still mostly a log.

use serde_json::{Map, Value, json};

/// Numbers without an order, the same for the same seed (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below `end`; 0 where there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % end.max(1)
    }

    pub(crate) fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// One of the seeds, changed a few times.
pub(crate) fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut log = random.one(seeds).clone();
    for _ in 0..=random.below(4) {
        log = match random.below(8) {
            0 => bytes(log, random),
            1 => lines(&log, random.one(seeds).clone().as_slice(), random),
            _ => values(&log, random.one(seeds).clone().as_slice(), random),
        };
        log.truncate(200_000);
    }
    log
}

/// Bytes flipped, put in, taken out or doubled.
fn bytes(mut log: Vec<u8>, random: &mut Random) -> Vec<u8> {
    const PIECES: [&[u8]; 12] = [
        b"{",
        b"}",
        b"[[[[[[[[",
        b"\"",
        b"\\u0000",
        b"\\ud800",
        b"\xff\xfe",
        b"\n",
        b"null",
        b"1e999",
        b"\x1f\x8b",
        b"data: ",
    ];
    let at = random.below(log.len());
    let end = (at + random.below(200)).min(log.len());
    match random.below(4) {
        0 if !log.is_empty() => log[at] ^= 1 << random.below(8),
        1 => drop(log.splice(at..at, random.one(&PIECES).iter().copied())),
        2 => drop(log.drain(at..end)),
        _ => {
            let piece = log[at..end].to_vec();
            drop(log.splice(at..at, piece));
        }
    }
    log
}

/// Lines dropped, doubled, exchanged, or put in from another log.
fn lines(log: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut all: Vec<&[u8]> = log.split(|byte| *byte == b'\n').collect();
    let others: Vec<&[u8]> = other.split(|byte| *byte == b'\n').collect();
    let (one, two) = (random.below(all.len()), random.below(all.len()));
    match random.below(4) {
        0 => drop(all.remove(one)),
        1 => all.insert(one, all[two]),
        2 => all.swap(one, two),
        _ => all.insert(one, others[random.below(others.len())]),
    }
    all.join(&b'\n')
}

/// A value of a line's JSON replaced, dropped, renamed, or moved there from another log.
fn values(log: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let (mut all, others) = (documents(log), documents(other));
    if all.is_empty() || others.is_empty() {
        return bytes(log.to_vec(), random);
    }
    let index = random.below(all.len());
    let mut donor = random.one(&others).clone();
    let donated = somewhere(&mut donor, random).clone();
    let place = somewhere(&mut all[index], random);
    change(place, donated, random);
    let text: Vec<String> = all.iter().map(Value::to_string).collect();
    text.join("\n").into_bytes()
}

/// The JSON documents of a log, whether they stand on a line or on many; other lines are left out.
fn documents(log: &[u8]) -> Vec<Value> {
    let whole = serde_json::from_slice(log).map(|value: Value| vec![value]);
    whole.unwrap_or_else(|_| {
        log.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    })
}

/// A value within a value, or itself.
fn somewhere<'a>(mut value: &'a mut Value, random: &mut Random) -> &'a mut Value {
    for _ in 0..random.below(9) {
        let length = value.as_array().map_or_else(|| value.as_object().map_or(0, Map::len), Vec::len);
        if length == 0 {
            break;
        }
        let index = random.below(length);
        value = match value {
            Value::Array(list) => &mut list[index],
            Value::Object(map) => map.values_mut().nth(index).unwrap(),
            _ => unreachable!("nothing else has elements"),
        };
    }
    value
}

fn change(value: &mut Value, donated: Value, random: &mut Random) {
    let odd = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!(0.5),
        json!(""),
        json!("\u{0}\u{202e}"),
        json!("data: {}\n\n"),
        json!("{\"a\": [1"),
        json!([]),
        json!({}),
        json!([[[[]]]]),
        json!("1e400"),
        json!(1_775_548_800),
    ];
    let place = random.below(9);
    match value {
        Value::Object(map) if place < 4 && !map.is_empty() => {
            let key = map.keys().nth(random.below(map.len())).unwrap().clone();
            match place {
                0 => drop(map.shift_remove(&key)),
                1 => drop(map.insert(key, donated)),
                2 => drop(map.insert("messages".into(), donated)),
                _ => {
                    let text = map[&key].to_string();
                    map.insert(key, text.into());
                }
            }
        }
        Value::Array(list) if place < 4 && !list.is_empty() => {
            let index = random.below(list.len());
            match place {
                0 => drop(list.remove(index)),
                1 => list.insert(index, donated),
                2 => list.swap(0, index),
                _ => list.push(list[index].clone()),
            }
        }
        Value::String(text) if place < 3 => {
            let end = text.char_indices().map(|(at, _)| at).nth(random.below(40)).unwrap_or(text.len());
            text.truncate(end);
        }
        _ if place < 6 => *value = donated,
        _ => *value = random.one(&odd).clone(),
    }
}
