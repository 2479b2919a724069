//! The request that is asked for, by its line or by its id.

use std::path::Path;

use anyhow::{Context, bail};

use crate::causes::ReplayedRequest;
use crate::commands::args::LogArgs;
use crate::exchange::Place;
use crate::input::STDIN;
use crate::workspace::logs::{LogInputs, Logs};

/// Said where neither a log nor a request is named.
const MISSING: &str =
    "the request is missing: name its log and its line, as in logs.jsonl:29 or -:29 for stdin, or give --id";

/// Names of the requests of one line that are listed.
const LISTED: usize = 8;

/// The name of a request.
pub(super) enum AskedRequest {
    /// The request that begins in a line of a source, with the name of the log: the first in it, or the one of this number from 1.
    Line { source: usize, number: u64, nth: Option<u32>, name: String },
    /// The request with this id, or of this name among those of its line.
    Id(String),
}

impl AskedRequest {
    /// Takes the line from the last of the logs, unless an id is given.
    ///
    /// # Errors
    /// No log or no line is named, or the line of a folder with several files.
    pub(super) fn read(args: &LogArgs, id: Option<&str>) -> anyhow::Result<(Self, LogInputs)> {
        let mut names = args.logs.clone();
        if let Some(id) = id {
            return Ok((Self::Id(id.to_owned()), args.inputs_of(&names, "explain")?));
        }
        args.require_any("explain")?;
        let last = names.last_mut().context(MISSING)?;
        let split = last.rsplit_once(':').filter(|_| !Path::new(last).exists());
        let Some((name, line)) = split else {
            bail!("the request is missing: name its line behind the last log, as in {last}:29, or give --id")
        };
        let name = if name == STDIN && !Path::new(name).exists() { "-".to_owned() } else { name.to_owned() };
        let Some((number, nth)) = line_and_number(line) else {
            bail!("{line} is no line of {name}: name it by its number, as in {name}:29, or give --id")
        };
        last.clone_from(&name);
        if Path::new(&name).is_dir() {
            let files = args.inputs_of(std::slice::from_ref(&name), "explain")?.named.sources.len();
            if files > 1 {
                bail!(
                    "{name} is a folder with {files} logs: name the log after the folder to say which one has line {number}, or give --id"
                );
            }
        }
        let inputs = args.inputs_of(&names, "explain")?;
        let source = inputs.named.last;
        Ok((Self::Line { source, number, nth, name }, inputs))
    }

    /// The index of the request.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn find(&self, calls: &[ReplayedRequest], logs: &Logs) -> anyhow::Result<usize> {
        let found = calls.iter().position(|ReplayedRequest { exchange, .. }| match self {
            Self::Line { source, number, nth, .. } => {
                let place = exchange.place;
                let is_nth = nth.is_none_or(|nth| place.within.checked_add(1) == Some(nth));
                place.source() == *source && place.line == *number && is_nth
            }
            Self::Id(id) => [&exchange.id, &exchange.entry].into_iter().any(|known| known.as_ref() == Some(id)),
        });
        match (found, self) {
            (Some(index), _) => Ok(index),
            (None, Self::Id(id)) => {
                bail!("no request has the id {id}; `cachecheck simulate LOG --format jsonl` lists them")
            }
            (None, Self::Line { source, number, nth, name }) => {
                let places = calls.iter().map(|call| call.exchange.place).filter(|place| place.source() == *source);
                let places: Vec<Place> = places.collect();
                bail!(
                    "{}",
                    absent(
                        &places,
                        logs.faults.reason(logs.source(Place::new(*source, *number)), *number),
                        (*number, *nth),
                        name
                    )
                )
            }
        }
    }
}

/// Says why no request has this name, by the places of those that the log has, and the reason why the line was not read.
fn absent(places: &[Place], reason: Option<String>, (number, nth): (u64, Option<u32>), name: &str) -> String {
    let held: Vec<String> = places.iter().filter(|place| place.line == number).map(|place| place.in_source()).collect();
    if let (Some(nth), false) = (nth, held.is_empty()) {
        let more = if held.len() > LISTED { ", …" } else { "" };
        let listed = held[..held.len().min(LISTED)].join(", ");
        return format!("{name} has no request {number}#{nth}; those of the line are {listed}{more}");
    }
    if let Some(reason) = reason {
        return format!("line {number} of {name} is no request: {reason}");
    }
    // All requests of a document have its line, and numbers by which they are told apart.
    if let [first, .., last] = places
        && first.line == last.line
    {
        let wanted = u32::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let same = places.iter().find(|place| Some(place.within) == wanted);
        let hint = same.map_or_else(String::new, |place| format!("; request {number} is {name}:{}", place.in_source()));
        let (first, last) = (first.in_source(), last.in_source());
        return format!("{name} is one document, whose requests are {name}:{first} to {name}:{last}{hint}");
    }
    let lines = || places.iter().map(|place| place.line);
    let before = lines().filter(|line| *line < number).max();
    let behind = lines().filter(|line| *line > number).min();
    let near: Vec<String> = before.into_iter().chain(behind).map(|line| format!("line {line}")).collect();
    let near = if near.is_empty() { String::new() } else { format!("; the nearest begin in {}", near.join(" and ")) };
    format!("no request begins in line {number} of {name}{near}")
}

/// Reads `29`, or `1#2` for the second request of a document in line 1.
fn line_and_number(text: &str) -> Option<(u64, Option<u32>)> {
    match text.split_once('#') {
        Some((line, nth)) => Some((line.parse().ok()?, Some(nth.parse().ok()?))),
        None => Some((text.parse().ok()?, None)),
    }
}

/// A sentence on the other requests of the same line, of which a document has many.
pub(super) fn siblings(calls: &[ReplayedRequest], index: usize) -> Option<String> {
    let place = calls[index].exchange.place;
    let siblings: Vec<&ReplayedRequest> =
        calls.iter().filter(|call| call.exchange.place.is_in_line_of(place)).collect();
    let names = siblings.iter().filter_map(|call| call.exchange.id.as_deref().or(call.exchange.entry.as_deref()));
    let names: Vec<&str> = names.collect();
    if siblings.len() < 2 {
        return None;
    }
    let more = if names.len() > LISTED { ", …" } else { "" };
    let listed = names[..names.len().min(LISTED)].join(", ");
    Some(format!(
        "This line holds {} requests; LOG:{}#N or --id chooses one of them: {listed}{more}.",
        siblings.len(),
        place.line
    ))
}
