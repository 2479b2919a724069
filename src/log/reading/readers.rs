//! The readers of all formats that a run has met, and what they share: places, owners, secrets, remarks.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::exchange::{Exchange, Place};
use crate::log::body::usage::settled;
use crate::log::format::{FormatReader, LineContext, LogFormat, PreparedLine, Skip};
use crate::log::options::{Options, Owner};
use crate::log::reason::Reason;
use crate::log::registry::{self, FORMATS};
use crate::log::secret;

/// Readers by the position of their first format in the registry, which is the order in which they end a source.
#[derive(Default)]
pub(crate) struct Readers {
    by_format: BTreeMap<usize, Box<dyn FormatReader>>,
    /// The reader of the last line: its name and its position.
    last: (&'static str, usize),
    pub(crate) context: LineContext,
    /// The place of the next call, if the line of the last goes on.
    next_call: Place,
}

impl Readers {
    /// The exchanges of a value in this format.
    ///
    /// # Errors
    /// Fails if something is missing or of the wrong type, and names it.
    pub(crate) fn line(
        &mut self,
        format: &'static dyn LogFormat,
        value: Value,
        place: Place,
        options: &Options,
    ) -> Result<Vec<Exchange>, Reason> {
        let owner = Owner::find(options, &value);
        self.prepared(format, PreparedLine::Value(value), &owner, place)
    }

    /// The exchanges of a line that its format prepared, with the owner that the line names.
    ///
    /// # Errors
    /// Fails if something is missing or of the wrong type, and names it.
    pub(crate) fn prepared(
        &mut self,
        format: &'static dyn LogFormat,
        line: PreparedLine,
        owner: &Owner,
        place: Place,
    ) -> Result<Vec<Exchange>, Reason> {
        // A value of a line has a number also if its call is complete only later.
        let place = self.place_of_next(place, 1);
        let context = &mut self.context;
        context.place = place;
        context.owner = owner.clone();
        let name = format.reader_name();
        if self.last.0 != name {
            let position = FORMATS.iter().position(|other| other.reader_name() == name);
            self.last = (name, position.unwrap_or(FORMATS.len()));
        }
        let reader = self.by_format.entry(self.last.1).or_insert_with(|| format.reader());
        let mut exchanges = match line {
            PreparedLine::Value(value) => reader.line(value, context)?,
            PreparedLine::Own(line) => reader.prepared(line, context)?,
        };
        for (number, exchange) in exchanges.iter_mut().enumerate() {
            // An exchange that spans lines has its place and its owner from the line of the request.
            if exchange.place == Place::default() {
                exchange.place = place.further(number);
                self.next_call = self.next_call.max(exchange.place.further(1));
                *exchange = owner.name(std::mem::take(exchange));
            }
            exchange.format.get_or_insert(format.name());
            complete(exchange);
            if let Some(reason) = exchange.unread.as_ref().filter(|_| !exchange.has_failed) {
                let reason = format!("the usage is read, the prompt is not known: {reason}");
                context.remarks.push(Skip { place: exchange.place, reason: reason.into(), is_read: true });
            }
        }
        Ok(exchanges)
    }

    /// The place of the next of so many calls of a line.
    pub(crate) fn place_of_next(&mut self, line: Place, calls: usize) -> Place {
        let next = if self.next_call.is_in_line_of(line) { self.next_call } else { line };
        self.next_call = next.further(calls);
        next
    }

    /// Finishes an exchange that has all its parts, and gives the calls that the provider made by itself for it, which stand behind it.
    pub(crate) fn finish(&mut self, exchange: &mut Exchange) -> Vec<Exchange> {
        settled::lifetime_as_asked(exchange);
        let next = exchange.place.further(1);
        let mut calls = Vec::new();
        for own in std::mem::take(&mut exchange.usage.own_calls) {
            let (mut call, place) = (exchange.own_call(own), self.place_of_next(next, 1));
            complete(&mut call);
            let reason = call.unread.clone().unwrap_or_default().into();
            self.context.remarks.push(Skip { place, reason, is_read: true });
            calls.push(Exchange { place, ..call });
        }
        calls
    }

    /// The exchanges that are complete because a list of values has ended.
    pub(crate) fn end_of_list(&mut self) -> Vec<Exchange> {
        let ended = self.by_format.values_mut().filter_map(|reader| reader.end_of_list(&mut self.context));
        completed(ended.collect())
    }

    /// The next exchange that is complete because its source has ended.
    pub(crate) fn next_of_source(&mut self) -> Option<Exchange> {
        let mut next = self.by_format.values_mut().find_map(|reader| reader.next_of_source(&mut self.context));
        next.iter_mut().for_each(complete);
        next
    }

    /// The exchanges that are complete because there are no more sources.
    pub(crate) fn end(&mut self) -> Vec<Exchange> {
        completed(self.by_format.values_mut().flat_map(|reader| reader.end(&mut self.context)).collect())
    }
}

fn completed(mut exchanges: Vec<Exchange>) -> Vec<Exchange> {
    exchanges.iter_mut().for_each(complete);
    exchanges
}

/// Hides secrets and adds the traits of the format. A line of `parse` names the format that it came from, which is not its own.
fn complete(exchange: &mut Exchange) {
    secret::hide(exchange);
    settled::whole_by_seller(exchange);
    let format = exchange.format.and_then(registry::named);
    exchange.format_traits = format.map(LogFormat::traits).unwrap_or_default();
}
