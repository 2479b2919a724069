//! Order: independent requests whose prompts are made of the same pieces, written with the pieces, and sent, in the order that shares the most tokens.

mod table;

use std::collections::BTreeMap;

use table::{Orders, Table};

use super::replayed_plan::Plan;
use super::traffic::{Changed, Traffic, unmade};
use crate::causes::ReplayedRequest;
use crate::exchange::{Content, Exchange, Input, Message, Part};
use crate::hash;
use crate::report::text::plural;
use crate::time::{SignedDuration, Timestamp};

/// Between the pieces of one text.
const BLANK_LINE: &str = "\n\n";

/// The most pieces of a prompt.
const MOST_PIECES: usize = 8;

/// The pieces of a request's one message of a user.
struct Pieces<'a> {
    texts: Vec<&'a str>,
    /// They are parts of the content; else paragraphs of its text.
    are_parts: bool,
}

/// The new order of the pieces of requests, and of the requests.
#[derive(Default)]
struct NewOrder {
    /// By request, where its pieces change their places.
    pieces: BTreeMap<usize, Vec<usize>>,
    /// Requests in their new order, group by group, for the places that the requests of the group had.
    groups: Vec<Vec<usize>>,
}

/// The plans: pieces in another order, and the requests sent in another order as well.
pub fn order(traffic: &Traffic<'_>) -> Vec<Plan> {
    let new = NewOrder::of_traffic(traffic);
    let written = |number: usize, call: &ReplayedRequest| {
        Some(Changed::rewritten(rewritten(&call.exchange, new.pieces.get(&number)?)))
    };
    let mut plans = Vec::new();
    let turned = plural(new.pieces.len() as u64, "request");
    if !new.pieces.is_empty()
        && let Some(saving) = traffic.saving(written)
    {
        plans.push(Plan {
            kind: "order",
            change: format!(
                "the pieces of {turned} in the order that shares the most tokens{}",
                new.first_change(traffic)
            ),
            saving,
            assumptions: vec![
                "answers stay as they were: try whether the model answers as well with the pieces at other places"
                    .into(),
            ],
            how: "put the piece that most requests share first, and the one that only this request has last".into(),
            other_model: None,
            is_bound: true,
        });
    }
    let (times, sent) = new.schedule(traffic);
    let moved = times.iter().filter(|(call, time)| traffic.calls[**call].exchange.time != Some(**time)).count();
    let saving = (moved > 0).then(|| {
        traffic.saving_of(&traffic.replayed(sent, |number, call| {
            let changed = new.pieces.get(&number).map(|order| rewritten(&call.exchange, order));
            let changed = match times.get(&number) {
                Some(time) => Some(at_time(changed.unwrap_or_else(|| unmade(&call.exchange)), *time)),
                None => changed,
            };
            changed.map(Changed::rewritten)
        }))
    });
    if let Some(saving) = saving.flatten() {
        plans.push(Plan {
            kind: "order",
            change: format!(
                "requests sent one group after another ({} at other times), their pieces in the order that shares the most tokens",
                plural(moved as u64, "request")
            ),
            saving,
            assumptions: vec![
                "no request needs the answer of another, and each can be sent at any time within the batch".into(),
                "answers stay as they were".into(),
            ],
            how: "sort the batch by its pieces, the one that most requests share first, before it is sent".into(),
            other_model: None,
            is_bound: true,
        });
    }
    plans
}

impl NewOrder {
    fn of_traffic(traffic: &Traffic<'_>) -> Self {
        // One template: the same messages before, as many pieces.
        let mut templates: BTreeMap<(u128, usize, bool), Vec<usize>> = BTreeMap::new();
        // A request that is not predicted as it is has nothing to be compared with.
        let predicted =
            traffic.calls.iter().enumerate().filter(|(number, _)| traffic.now[*number].prediction.is_some());
        for (number, call) in predicted {
            if let Some((before, pieces)) = pieces_of(&call.exchange) {
                templates.entry((before, pieces.texts.len(), pieces.are_parts)).or_default().push(number);
            }
        }
        let mut new = Self::default();
        for calls in templates.into_values().filter(|calls| calls.len() > 1) {
            new.add(traffic, &calls);
        }
        new
    }

    /// The requests of one template.
    fn add(&mut self, traffic: &Traffic<'_>, calls: &[usize]) {
        let row = |call: &usize| {
            let pieces = pieces_of(&traffic.calls[*call].exchange).map(|(_, pieces)| pieces.texts).unwrap_or_default();
            pieces.iter().map(|text| (hash::digest(text.as_bytes()), text.len() as u64)).collect()
        };
        let table = Table { rows: calls.iter().map(row).collect() };
        let as_sent: Vec<usize> = (0..table.rows[0].len()).collect();
        let mut orders: Orders = table.best();
        if table.shared(&orders) <= table.shared(&vec![as_sent.clone(); calls.len()]) {
            orders = vec![as_sent.clone(); calls.len()];
        }
        for (call, order) in calls.iter().zip(&orders) {
            if *order != as_sent {
                self.pieces.insert(*call, order.clone());
            }
        }
        let mut sorted: Vec<usize> = (0..calls.len()).collect();
        let prefix = |row: usize| orders[row].iter().map(|field| first_with(&table, row, *field)).collect::<Vec<_>>();
        sorted.sort_by_cached_key(|row| prefix(*row));
        self.groups.push(sorted.into_iter().map(|row| calls[row]).collect());
    }

    /// The times of requests in the new order, and all requests by them: each group has the times that it had.
    fn schedule(&self, traffic: &Traffic<'_>) -> (BTreeMap<usize, Timestamp>, Vec<usize>) {
        let mut times = BTreeMap::new();
        for group in &self.groups {
            let mut own: Vec<Timestamp> = group.iter().filter_map(|call| traffic.calls[*call].exchange.time).collect();
            if own.len() < group.len() {
                continue;
            }
            own.sort_unstable();
            times.extend(group.iter().copied().zip(own));
        }
        let mut sent = traffic.in_order_of(|call| times.get(&call).copied().or(traffic.calls[call].exchange.time));
        let position: BTreeMap<usize, usize> =
            self.groups.iter().flatten().enumerate().map(|(at, call)| (*call, at)).collect();
        sent.sort_by_key(|(time, call)| (*time, position.get(call).copied()));
        (times, sent.into_iter().map(|(_, call)| call).collect())
    }

    /// The commonest change of places, in words.
    fn first_change(&self, traffic: &Traffic<'_>) -> String {
        let mut counts: BTreeMap<&Vec<usize>, usize> = BTreeMap::new();
        self.pieces.values().for_each(|order| *counts.entry(order).or_default() += 1);
        let Some((order, _)) = counts.into_iter().max_by_key(|(_, count)| *count) else { return String::new() };
        let of = self.pieces.iter().find(|(_, own)| *own == order).map_or(0, |(call, _)| *call);
        let are_parts = pieces_of(&traffic.calls[of].exchange).is_some_and(|(_, pieces)| pieces.are_parts);
        let numbers: Vec<String> = order.iter().map(|piece| (piece + 1).to_string()).collect();
        format!(" ({} {})", if are_parts { "parts" } else { "paragraphs" }, numbers.join(", "))
    }
}

/// The first row that has a row's piece, so that equal pieces sort together in the order in which they come.
fn first_with(table: &Table, row: usize, field: usize) -> usize {
    let key = table.rows[row][field].0;
    table.rows.iter().position(|other| other.iter().any(|(other, _)| *other == key)).unwrap_or(row)
}

/// The pieces of a request that stands for itself, one message of a user behind instructions, and the identity of what stands before.
fn pieces_of<'a>(exchange: &'a Exchange) -> Option<(u128, Pieces<'a>)> {
    let Input::Messages(sent) = &exchange.request.input else { return None };
    let (last, before) = sent.as_slice().split_last()?;
    (last.role == "user" && last.cache_controls.is_empty() && before.iter().all(|message| message.is_system()))
        .then_some(())?;
    let pieces = match last.content.as_ref()? {
        Content::Text(text) => Pieces { texts: text.split(BLANK_LINE).collect(), are_parts: false },
        Content::Parts(parts) => {
            let text = |part: &'a Part| if let Part::Text(text) = part { Some(text.as_str()) } else { None };
            Pieces { texts: parts.iter().map(text).collect::<Option<_>>()?, are_parts: true }
        }
    };
    let model = exchange.model().unwrap_or_default();
    let identity = before.iter().fold(hash::digest(model.as_bytes()), |identity, message| {
        let texts = message.content.iter().flat_map(Content::parts).filter_map(|part| match part {
            Part::Text(text) => Some(text.as_bytes()),
            _ => None,
        });
        texts.fold(identity, hash::chain)
    });
    (2..=MOST_PIECES).contains(&pieces.texts.len()).then_some((identity, pieces))
}

/// The request with its pieces in another order.
fn rewritten(exchange: &Exchange, order: &[usize]) -> Exchange {
    let mut changed = unmade(exchange);
    let (Some((_, pieces)), Input::Messages(sent)) = (pieces_of(exchange), &exchange.request.input) else {
        return changed;
    };
    let texts = order.iter().map(|piece| pieces.texts[*piece]);
    let content = if pieces.are_parts {
        Content::Parts(texts.map(|text| Part::Text(text.to_owned())).collect())
    } else {
        Content::Text(texts.collect::<Vec<_>>().join(BLANK_LINE))
    };
    let mut messages = sent.as_slice().to_vec();
    if let Some(last) = messages.last_mut() {
        *last = Message { content: Some(content), ..Message::clone(last) }.into();
    }
    changed.request.input = messages.into();
    changed
}

/// The request at another time, answered as long after it as it was.
fn at_time(exchange: Exchange, time: Timestamp) -> Exchange {
    let took = exchange.time.zip(exchange.end_time).map(|(start, end)| end.duration_since(start));
    let end_time = took.and_then(|took: SignedDuration| time.checked_add(took).ok());
    Exchange { time: Some(time), end_time, ..exchange }
}
